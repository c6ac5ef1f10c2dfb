# The conditions that differ between the first build and the rebuild: the bits of a build must not depend on them.
#
# One entry per condition: its name in attestations, the variable that conditions.sh reads to apply it, and its values in the
# first build and in the rebuild. tests/fixtures/conditions embeds every condition on purpose. `how` (the means) and
# `independentOf` (what no result depends on if both are identical) are for docs/bit-identical.md; no derivation has them.
[
  {
    name = "build-directory";
    variable = "conditionBuildDirectory";
    original = "/build/source";
    rebuilt = "/build/rebuild/below/a/path/of/quite/another/length/source";
    how = "the build moves there";
    independentOf = "paths of the sources and of the build, and their lengths";
  }
  {
    name = "clock";
    variable = "conditionClock";
    original = "now";
    rebuilt = "+400d";
    how = "libfaketime, preloaded";
    independentOf = "the time of the build";
  }
  {
    name = "time-zone";
    variable = "conditionTimeZone";
    original = "UTC0";
    rebuilt = "<+1345>-13:45";
    how = "`TZ`";
    independentOf = "the local time";
  }
  {
    name = "locale";
    variable = "conditionLocale";
    original = "C.UTF-8";
    # NB: the sandbox has no locale data, so programs see the name but work in ASCII.
    rebuilt = "tr_TR.ISO-8859-9";
    how = "`LANG`, `LANGUAGE`";
    independentOf = "language and encoding";
  }
  {
    name = "umask";
    variable = "conditionUmask";
    original = "0022";
    rebuilt = "0077";
    how = "`umask`";
    independentOf = "permissions of new files";
  }
  {
    name = "jobs";
    variable = "conditionJobs";
    original = "cores";
    rebuilt = "cores+1";
    how = "`CARGO_BUILD_JOBS`";
    independentOf = "what is compiled at the same time";
  }
  {
    name = "cores";
    variable = "conditionCores";
    original = "all";
    rebuilt = "all-1";
    how = "CPU affinity";
    independentOf = "the number of cores, as of codegen units and of threads of the linker";
  }
  {
    name = "user";
    variable = "conditionUser";
    original = "builder";
    rebuilt = "second-builder";
    how = "`USER`, `LOGNAME`";
    independentOf = "who builds";
  }
  {
    name = "home";
    variable = "conditionHome";
    original = "/build/home";
    rebuilt = "/build/rebuild/homes/second-builder";
    how = "`HOME`, `TMPDIR`";
    independentOf = "where caches and temporary files are";
  }
  {
    name = "host-name";
    variable = "conditionHostName";
    original = "localhost";
    rebuilt = "second-host.example";
    how = "`HOSTNAME`; `gethostname` and `uname`, preloaded";
    independentOf = "which machine builds";
  }
  {
    name = "directory-order";
    variable = "conditionDirectoryOrder";
    original = "as-read";
    rebuilt = "reversed";
    how = "`readdir`, preloaded";
    independentOf = "the order in which a file system lists files";
  }
  {
    name = "environment";
    variable = "conditionEnvironment";
    original = "EDITOR=vi";
    rebuilt = "COLUMNS=203 EDITOR=ed PAGER=more MAIL=/var/mail/second-builder";
    how = "environment variables";
    independentOf = "variables that the build does not declare";
  }
]
