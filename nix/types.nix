# Checks the types of arguments, so that a message names the argument and not the place where its value is used.
let
  lib = import ./lib.nix;
  isListOf = is: value: builtins.isList value && builtins.all is value;
in
rec {
  text = {
    name = "a text";
    is = builtins.isString;
  };
  nonEmptyText = {
    name = "a text that is not empty";
    is = value: builtins.isString value && value != "";
  };
  flag = {
    name = "true or false";
    is = builtins.isBool;
  };
  off = {
    name = "false";
    is = value: value == false;
  };
  set = {
    name = "a set";
    is = builtins.isAttrs;
  };
  path = {
    name = "a path, as in ./rust";
    is =
      value:
      builtins.isPath value
      || builtins.isString value && builtins.substring 0 1 value == "/"
      || value ? outPath;
  };
  texts = {
    name = "a list of texts";
    is = isListOf builtins.isString;
  };
  setOfTexts = {
    name = "a set of texts";
    is = value: builtins.isAttrs value && builtins.all builtins.isString (builtins.attrValues value);
  };
  setOfSets = {
    name = "a set of sets";
    is = value: builtins.isAttrs value && builtins.all builtins.isAttrs (builtins.attrValues value);
  };
  # Whether a name can be a part of a name in the store.
  isFileName = name: builtins.match "[A-Za-z0-9_][A-Za-z0-9_.+-]*" name != null;
  # A value that states what is true without it.
  nullOr = type: {
    inherit (type) name;
    is = value: value == null || type.is value;
  };
  either = a: b: {
    name = "${a.name}, or ${b.name}";
    is = value: a.is value || b.is value;
  };

  # The messages for those of `values` that are not of the type that `types` has under the same name.
  problems =
    prefix: types: values:
    let
      wrong = lib.filterAttrs (name: value: types ? ${name} && !types.${name}.is value) values;
    in
    lib.mapAttrsToList (
      name: value: "samebits: ${prefix}${name} is ${shown value}, and it should be ${types.${name}.name}"
    ) wrong;
  shown =
    value:
    if builtins.isString value then
      "the text \"${value}\""
    else if builtins.isList value then
      if builtins.all builtins.isString value then
        "a list of texts"
      else
        "a list with other values than texts"
    else
      {
        bool = if value == true then "true" else "false";
        float = "a number";
        int = "the number ${toString value}";
        lambda = "a function";
        null = "null";
        path = "a path";
        set =
          if builtins.all builtins.isAttrs (builtins.attrValues value) then
            "a set of sets"
          else
            "a set with other values than sets";
      }
      .${builtins.typeOf value};
}
