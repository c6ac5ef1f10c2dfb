# Writes a Nix value as TOML: one key a line at the top, everything below it inline.
let
  # NB: a JSON string is a TOML basic string, for every text that Nix can hold.
  value =
    it:
    if builtins.isAttrs it then
      "{ ${builtins.concatStringsSep ", " (entries it)} }"
    else if builtins.isList it then
      "[ ${builtins.concatStringsSep ", " (map value it)} ]"
    else
      builtins.toJSON it;
  entries = attrs: map (key: "${builtins.toJSON key} = ${value attrs.${key}}") (builtins.attrNames attrs);
in
attrs: builtins.concatStringsSep "" (map (entry: entry + "\n") (entries attrs))
