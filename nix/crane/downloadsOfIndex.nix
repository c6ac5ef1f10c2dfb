# The pattern of a registry's download URLs, from config.json of its index.
indexUrl: file:
(builtins.fromJSON (builtins.readFile file)).dl
  or (throw "samebits: config.json of the registry ${indexUrl} states no 'dl', so nothing can be downloaded from it; name the URL with registryFromDownloadUrl")
