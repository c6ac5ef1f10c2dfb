# The functions of nixpkgs' lib that this flake needs, with the same names and meanings. The flake has no nixpkgs.
rec {
  # Lists and strings.
  optional = condition: value: if condition then [ value ] else [ ];
  optionals = condition: list: if condition then list else [ ];
  optionalString = condition: text: if condition then text else "";
  stringToCharacters = text: builtins.genList (i: builtins.substring i 1 text) (builtins.stringLength text);
  hasSuffix =
    suffix: text:
    let
      start = builtins.stringLength text - builtins.stringLength suffix;
    in
    start >= 0 && builtins.substring start (-1) text == suffix;
  removeSuffix =
    suffix: text:
    if hasSuffix suffix text then
      builtins.substring 0 (builtins.stringLength text - builtins.stringLength suffix) text
    else
      text;
  toUpper = builtins.replaceStrings (stringToCharacters "abcdefghijklmnopqrstuvwxyz") (
    stringToCharacters "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
  );

  # Attribute sets.
  nameValuePair = name: value: { inherit name value; };
  optionalAttrs = condition: attrs: if condition then attrs else { };
  genAttrs = names: value: builtins.listToAttrs (map (name: nameValuePair name (value name)) names);
  mapAttrs' =
    pair: attrs: builtins.listToAttrs (map (name: pair name attrs.${name}) (builtins.attrNames attrs));
  filterAttrs =
    keep: attrs:
    removeAttrs attrs (builtins.filter (name: !keep name attrs.${name}) (builtins.attrNames attrs));
}
