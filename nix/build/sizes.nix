# The size budgets that a workspace states, for each service's platforms that have one: the variables that checkSizes.sh reads,
# { <service>.<platform> = { sizeBudget, sizeArgument }; }: the bytes, and the name of the argument that states them.
{
  # { <service> = bytes; }, or { <service>.<platform> = bytes; }
  sizes,
  # Every service (services.nix) with the names of its platforms.
  services,
}:
let
  lib = import ../lib.nix;
  names = import ../names.nix;
  types = import ../types.nix;
  bytes = {
    name = "a positive whole number of bytes";
    is = value: builtins.isInt value && value > 0;
  };
  perPlatform = {
    name = "a set of such numbers by platform";
    is = builtins.isAttrs;
  };

  # Messages about the budgets of a service.
  wrongPlatforms =
    service:
    let
      where = "sizes.${service}";
      budgets = sizes.${service};
    in
    lib.optionals (builtins.isAttrs budgets) (
      names.problems "platform of ${service} (${where})" services.${service}.platforms (
        builtins.attrNames budgets
      )
      ++ types.problems "${where}." (builtins.mapAttrs (_: _: bytes) budgets) budgets
      ++ lib.optional (
        budgets == { }
      ) "samebits: ${where} is empty, so nothing would be checked; leave it out for no budget"
    );
  known = builtins.filter (service: services ? ${service}) (builtins.attrNames sizes);
  wrong =
    names.problems "service (sizes)" (builtins.attrNames services) (builtins.attrNames sizes)
    ++ types.problems "sizes." (builtins.mapAttrs (_: _: types.either bytes perPlatform) sizes) sizes
    ++ builtins.concatMap wrongPlatforms known;

  budgetsOf =
    service: stated:
    if builtins.isAttrs stated then
      builtins.mapAttrs (platform: bytes: {
        sizeBudget = bytes;
        sizeArgument = "sizes.${service}.${platform}";
      }) stated
    else
      lib.genAttrs services.${service}.platforms (_: {
        sizeBudget = stated;
        sizeArgument = "sizes.${service}";
      });
in
names.orThrow wrong (builtins.mapAttrs budgetsOf sizes)
