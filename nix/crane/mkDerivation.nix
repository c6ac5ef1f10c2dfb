# A derivation from the arguments of nixpkgs' stdenv.mkDerivation: phases with hooks, inputs on PATH, env, meta and passthru.
# Arguments that can have no effect here throw (arguments.nix); any other becomes an environment variable.
{ canTest, toolchain, ... }:
let
  lib = import ../lib.nix;
  inherit (import ../names.nix) orThrow;
  # NB: like nixpkgs, prefer the output with headers, which names the others as propagated.
  inputs = list: map (input: input.dev or input) (builtins.filter (input: input != null) list);

  make =
    args:
    let
      env = args.env or { };
      both = builtins.attrNames (builtins.intersectAttrs args env);
      doCheck = args.doCheck or false;
      doInstallCheck = args.doInstallCheck or false;
      passthru = args.passthru or { };
      changed =
        change:
        let
          # NB: `old: …`, `final: prev: …` or a set, as in nixpkgs.
          once = change args;
          changes =
            if !builtins.isFunction change then
              change
            else if builtins.isFunction once then
              change (args // changes) args
            else
              once;
        in
        make (args // changes);
    in
    orThrow
      (
        import ./refusals.nix (args // env)
        ++
          lib.optional (doCheck && !canTest)
            "samebits: crane's doCheck: no test can be compiled for a platform, whose standard library has no crate 'test'; test on the build machine, with mkCrane without platform"
        ++
          lib.optional (both != [ ])
            "samebits: env and the other arguments of a derivation both state: ${toString both}; state each once"
      )
      (
        toolchain.shell (
          removeAttrs args [
            "env"
            "meta"
            "passthru"
            "pos"
          ]
          // env
          // {
            __ignoreNulls = true;
            name = args.name or "${args.pname}-${args.version}";
            script = ./mkDerivation.sh;
            nativeBuildInputs = inputs (
              args.nativeBuildInputs or [ ]
              ++ args.depsBuildBuild or [ ]
              ++ lib.optionals doCheck (args.nativeCheckInputs or [ ] ++ args.checkInputs or [ ])
              ++ lib.optionals doInstallCheck (
                args.nativeInstallCheckInputs or [ ] ++ args.installCheckInputs or [ ]
              )
            );
            buildInputs = inputs (args.buildInputs or [ ]);
          }
        )
        // passthru
        // {
          inherit passthru;
          meta = args.meta or { };
          overrideAttrs = changed;
        }
      );
in
make
