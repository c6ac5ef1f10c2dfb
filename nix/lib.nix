# The functions of nixpkgs' lib that this flake needs, with the same names and meanings. The flake has no nixpkgs.
let
  characters = text: builtins.genList (i: builtins.substring i 1 text) (builtins.stringLength text);
  lowerCase = characters "abcdefghijklmnopqrstuvwxyz";
  upperCase = characters "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
in
rec {
  min = x: y: if x < y then x else y;

  # Lists and strings.
  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: list: if condition then list else [ ];
  optionalString = condition: text: if condition then text else "";
  stringToCharacters = characters;
  lines = builtins.concatStringsSep "\n";
  init = list: builtins.genList (builtins.elemAt list) (builtins.length list - 1);
  unique = builtins.foldl' (
    kept: item: if builtins.elem item kept then kept else kept ++ [ item ]
  ) [ ];
  # The items of a list that are not in `removed`.
  subtractLists = removed: builtins.filter (item: !builtins.elem item removed);
  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
  removePrefix =
    prefix: text:
    if hasPrefix prefix text then builtins.substring (builtins.stringLength prefix) (-1) text else text;
  hasSuffix =
    suffix: text:
    let
      start = builtins.stringLength text - builtins.stringLength suffix;
    in
    start >= 0 && builtins.substring start (-1) text == suffix;
  # Whether a text contains another, which has no special characters of regular expressions.
  contains = part: text: builtins.match ".*${part}.*" text != null;
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then
      builtins.substring 0 (builtins.stringLength text - builtins.stringLength suffix) text
    else
      text;
  # Whether a URL holds a password.
  hasPassword = url: builtins.match "[^/]*//[^/@]*:[^/@]*@.*" url != null;
  toUpper = builtins.replaceStrings lowerCase upperCase;
  toLower = builtins.replaceStrings upperCase lowerCase;
  # The key of cargo's configuration whose name in environment variables this is.
  toSetting = name: builtins.replaceStrings [ "_" ] [ "-" ] (toLower name);

  # Attribute sets.
  mapAttrsToList = value: attrs: map (name: value name attrs.${name}) (builtins.attrNames attrs);
  nameValuePair = name: value: { inherit name value; };
  optionalAttrs = condition: attrs: if condition then attrs else { };
  genAttrs = names: value: builtins.listToAttrs (map (name: nameValuePair name (value name)) names);
  mapAttrs' =
    pair: attrs: builtins.listToAttrs (map (name: pair name attrs.${name}) (builtins.attrNames attrs));
  filterAttrs =
    keep: attrs:
    removeAttrs attrs (builtins.filter (name: !keep name attrs.${name}) (builtins.attrNames attrs));
  # Merges two attribute sets, and the sets in both under the same name; `right` counts. NB: stops at derivations.
  recursiveUpdate =
    left: right:
    left
    // builtins.mapAttrs (
      name: value:
      let
        isSet = it: builtins.isAttrs it && !(it ? drvPath);
      in
      if left ? ${name} && isSet left.${name} && isSet value then
        recursiveUpdate left.${name} value
      else
        value
    ) right;
}
