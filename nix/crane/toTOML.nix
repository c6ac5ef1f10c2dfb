# Writes a Nix value as TOML: top-level keys on one line each, everything below them inline.
let
  # NB: for every string that Nix can hold, the JSON form is also a TOML basic string.
  value =
    it:
    if builtins.isAttrs it then
      "{ ${builtins.concatStringsSep ", " (entries it)} }"
    else if builtins.isList it then
      "[ ${builtins.concatStringsSep ", " (map value it)} ]"
    else
      builtins.toJSON it;
  entries =
    attrs: map (key: "${builtins.toJSON key} = ${value attrs.${key}}") (builtins.attrNames attrs);
in
attrs: builtins.concatStringsSep "" (map (entry: entry + "\n") (entries attrs))
