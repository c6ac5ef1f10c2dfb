# The conditions that differ between the first build and the rebuild: the bits of a build must not depend on them.
#
# One entry per condition: its name in attestations, the variable that conditions.sh reads to apply it, and its values in the
# first build and in the rebuild. tests/fixtures/conditions embeds every condition on purpose. `how` (the means) and
# `independentOf` (what no result depends on if both are identical) are for docs/bit-identical.md; no derivation has them.
# A workspace may state other values (../build/conditions.nix), which `valid` must match as a whole, and `invalid` must not;
# `values` says the same in words. They leave out what would not vary: another spelling of one path, a time zone that the sandbox
# does not know, a variable that another condition sets.
[
  {
    name = "build-directory";
    variable = "conditionBuildDirectory";
    original = "/build/source";
    rebuilt = "/build/rebuild/below/a/path/of/quite/another/length/source";
    how = "the build moves there";
    independentOf = "paths of the sources and of the build, and their lengths";
    valid = "/build(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+";
    values = "a folder below /build";
  }
  {
    name = "clock";
    variable = "conditionClock";
    original = "now";
    rebuilt = "+400d";
    how = "libfaketime, preloaded";
    independentOf = "the time of the build";
    valid = "now|[+-][1-9][0-9]*d";
    values = "now, or days from now, as in +30d";
  }
  {
    name = "time-zone";
    variable = "conditionTimeZone";
    original = "UTC0";
    rebuilt = "<+1345>-13:45";
    how = "`TZ`";
    independentOf = "the local time";
    valid = "(<[A-Za-z0-9+-]+>|[A-Za-z]{3,})[+-]?[0-9]{1,2}(:[0-9]{2})?";
    values = "a name with hours west of UTC, as in EST5 or <+1345>-13:45";
  }
  {
    name = "locale";
    variable = "conditionLocale";
    original = "C.UTF-8";
    # NB: the sandbox has no locale data, so programs see the name but work in ASCII.
    rebuilt = "tr_TR.ISO-8859-9";
    how = "`LANG`, `LANGUAGE`";
    independentOf = "language and encoding";
    valid = "[A-Za-z][A-Za-z0-9_.@-]*";
    values = "the name of a locale, as in de_DE.UTF-8";
  }
  {
    name = "umask";
    variable = "conditionUmask";
    original = "0022";
    rebuilt = "0077";
    how = "`umask`";
    independentOf = "permissions of new files";
    valid = "00[0-7]{2}";
    values = "four octal digits that deny the owner nothing, as in 0027";
  }
  {
    name = "jobs";
    variable = "conditionJobs";
    original = "cores";
    rebuilt = "cores+1";
    how = "`CARGO_BUILD_JOBS`";
    independentOf = "what is compiled at the same time";
    valid = "cores(\\+1)?";
    values = "cores or cores+1";
  }
  {
    name = "cores";
    variable = "conditionCores";
    original = "all";
    rebuilt = "all-1";
    how = "CPU affinity";
    independentOf = "the number of cores, as of codegen units and of threads of the linker";
    valid = "all(-1)?";
    values = "all or all-1";
  }
  {
    name = "user";
    variable = "conditionUser";
    original = "builder";
    rebuilt = "second-builder";
    how = "`USER`, `LOGNAME`";
    independentOf = "who builds";
    valid = "[a-z_][a-z0-9_-]*";
    values = "the name of a user";
  }
  {
    name = "home";
    variable = "conditionHome";
    original = "/build/home";
    rebuilt = "/build/rebuild/homes/second-builder";
    how = "`HOME`, `TMPDIR`";
    independentOf = "where caches and temporary files are";
    valid = "/build(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+";
    values = "a folder below /build";
  }
  {
    name = "host-name";
    variable = "conditionHostName";
    original = "localhost";
    rebuilt = "second-host.example";
    how = "`HOSTNAME`; `gethostname` and `uname`, preloaded";
    independentOf = "which machine builds";
    valid = "[A-Za-z0-9][A-Za-z0-9.-]{0,62}";
    values = "the name of a host, at most 63 characters";
  }
  {
    name = "directory-order";
    variable = "conditionDirectoryOrder";
    original = "as-read";
    rebuilt = "reversed";
    how = "`readdir`, preloaded";
    independentOf = "the order in which a file system lists files";
    valid = "as-read|reversed";
    values = "as-read or reversed";
  }
  {
    name = "environment";
    variable = "conditionEnvironment";
    original = "EDITOR=vi";
    rebuilt = "COLUMNS=203 EDITOR=ed PAGER=more MAIL=/var/mail/second-builder";
    how = "environment variables";
    independentOf = "variables that the build does not declare";
    valid = "[A-Z][A-Z0-9_]*=[A-Za-z0-9/._+:,-]*( [A-Z][A-Z0-9_]*=[A-Za-z0-9/._+:,-]*)*";
    invalid = "(.* )?(BASH.*|CARGO_.*|CC|CFLAGS|CXX|CXXFLAGS|EUID|FAKETIME.*|HOME|HOSTNAME|IFS|LANG|LANGUAGE|LC_.*|LD_.*|LOGNAME|NIX_.*|NO_FAKE_STAT|OLDPWD|PATH|PPID|PWD|RUST.*|SAMEBITS_.*|SHELL.*|SHLVL|SOURCE_DATE_EPOCH|TERM|TMPDIR|TZ|UID|USER)=.*";
    values = "NAME=value, separated by single spaces, of variables that nothing else sets";
  }
]
