# The conditions that differ between the first build and the rebuild: the bits of a build must not depend on them.
#
# One entry per condition: its name in attestations, the variable that conditions.sh reads to apply it, and its values in the
# first build and in the rebuild. tests/fixtures/conditions embeds every condition on purpose.
[
  {
    name = "build-directory";
    variable = "conditionBuildDirectory";
    original = "/build/source";
    rebuilt = "/build/rebuild/below/a/path/of/quite/another/length/source";
  }
  {
    name = "clock";
    variable = "conditionClock";
    original = "now";
    rebuilt = "+400d";
  }
  {
    name = "time-zone";
    variable = "conditionTimeZone";
    original = "UTC0";
    rebuilt = "<+1345>-13:45";
  }
  {
    name = "locale";
    variable = "conditionLocale";
    original = "C.UTF-8";
    # NB: the sandbox has no locale data, so programs see the name but work in ASCII.
    rebuilt = "tr_TR.ISO-8859-9";
  }
  {
    name = "umask";
    variable = "conditionUmask";
    original = "0022";
    rebuilt = "0077";
  }
  {
    name = "jobs";
    variable = "conditionJobs";
    original = "cores";
    rebuilt = "cores+1";
  }
  {
    name = "cores";
    variable = "conditionCores";
    original = "all";
    rebuilt = "all-1";
  }
  {
    name = "user";
    variable = "conditionUser";
    original = "builder";
    rebuilt = "second-builder";
  }
  {
    name = "home";
    variable = "conditionHome";
    original = "/build/home";
    rebuilt = "/build/rebuild/homes/second-builder";
  }
  {
    name = "host-name";
    variable = "conditionHostName";
    original = "localhost";
    rebuilt = "second-host.example";
  }
  {
    name = "directory-order";
    variable = "conditionDirectoryOrder";
    original = "as-read";
    rebuilt = "reversed";
  }
  {
    name = "environment";
    variable = "conditionEnvironment";
    original = "EDITOR=vi";
    rebuilt = "COLUMNS=203 EDITOR=ed PAGER=more MAIL=/var/mail/second-builder";
  }
]
