# Converts an SRI hash ("sha256-<base64>") to lower-case hex, the form of digests in in-toto statements.
sri:
let
  encoded = builtins.match "sha256-([A-Za-z0-9+/]{43})=" sri;
  inherit (import ../lib.nix) nameValuePair stringToCharacters;
  indexed =
    alphabet:
    builtins.listToAttrs (
      builtins.genList (i: nameValuePair (builtins.elemAt (stringToCharacters alphabet) i) i) (
        builtins.stringLength alphabet
      )
    );
  base64 = indexed "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  hex = stringToCharacters "0123456789abcdef";
  # Two base64 digits are three hex digits. The zero stands for the padding and completes the last pair.
  sextets = map (digit: base64.${digit}) (stringToCharacters (builtins.head encoded)) ++ [ 0 ];
  pair =
    i:
    let
      bits = builtins.elemAt sextets (2 * i) * 64 + builtins.elemAt sextets (2 * i + 1);
      digit = shift: builtins.elemAt hex (builtins.bitAnd (bits / shift) 15);
    in
    digit 256 + digit 16 + digit 1;
in
if encoded == null then
  throw "sriToHex: '${sri}' is not a SHA-256 in SRI form"
else
  builtins.substring 0 64 (builtins.concatStringsSep "" (builtins.genList pair 22))
