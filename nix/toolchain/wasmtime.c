/* Runs a WASI program (preview 1) with access to the current folder: wasmtime PROGRAM ARGUMENT... Ends with its status, or with
 * 125 if it could not be started or a trap ended it.
 *
 * The declarations are those of wasmtime's C interface, version 50, with void for the types that nothing here looks into.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct text { size_t size; char *data; };
enum { FUNCTION = 0 };
/* NB: the largest of what an item may be has 24 bytes. */
struct item { uint8_t kind; uint64_t value[4]; };

void *wasm_engine_new(void);
void *wasmtime_store_new(void *engine, void *data, void (*finalizer)(void *));
void *wasmtime_store_context(void *store);
void *wasi_config_new(void);
bool wasi_config_set_argv(void *config, size_t count, char **arguments);
void wasi_config_inherit_stdin(void *config);
void wasi_config_inherit_stdout(void *config);
void wasi_config_inherit_stderr(void *config);
bool wasi_config_preopen_dir(void *config, const char *host, const char *guest, bool writable);
void *wasmtime_context_set_wasi(void *context, void *config);
void *wasmtime_linker_new(void *engine);
void *wasmtime_linker_define_wasi(void *linker);
void *wasmtime_linker_module(void *linker, void *context, const char *name, size_t size, const void *module);
bool wasmtime_linker_get(const void *linker, void *context, const char *, size_t, const char *, size_t, struct item *);
void *wasmtime_module_new(void *engine, const uint8_t *bytes, size_t size, void **module);
void *wasmtime_func_call(void *context, const void *, const void *, size_t, void *, size_t, void **trap);
bool wasmtime_error_exit_status(const void *error, int *status);
void wasmtime_error_message(const void *error, struct text *);
void wasm_trap_message(const void *trap, struct text *);

static void stop_if(bool failed, struct text why) {
  if (!failed) return;
  fprintf(stderr, "wasmtime: %.*s\n", (int)why.size, why.data);
  exit(125);
}
#define REQUIRE(done, why) stop_if(!(done), (struct text){sizeof why - 1, why})

static void check(const void *error, void (*message)(const void *, struct text *)) {
  struct text why = {0};
  if (error != NULL) message(error, &why);
  stop_if(error != NULL, why);
}

int main(int count, char **arguments) {
  static uint8_t bytes[64 << 20];
  FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
  REQUIRE(file != NULL, "the program cannot be opened");
  size_t size = fread(bytes, 1, sizeof bytes, file);
  REQUIRE(!ferror(file) && size < sizeof bytes, "the program cannot be read, or has 64 MiB or more");

  void *config = wasi_config_new(), *engine = wasm_engine_new(), *linker = wasmtime_linker_new(engine);
  void *context = wasmtime_store_context(wasmtime_store_new(engine, NULL, NULL)), *module, *trap = NULL;
  REQUIRE(wasi_config_set_argv(config, count - 1, arguments + 1), "an argument is not UTF-8");
  wasi_config_inherit_stdin(config);
  wasi_config_inherit_stdout(config);
  wasi_config_inherit_stderr(config);
  REQUIRE(wasi_config_preopen_dir(config, ".", ".", true), "the current folder cannot be opened");
  check(wasmtime_context_set_wasi(context, config), wasmtime_error_message);
  check(wasmtime_linker_define_wasi(linker), wasmtime_error_message);
  check(wasmtime_module_new(engine, bytes, size, &module), wasmtime_error_message);
  check(wasmtime_linker_module(linker, context, "", 0, module), wasmtime_error_message);

  /* NB: not wasmtime_linker_get_default, which gives a module without _start a function that does nothing. */
  struct item start;
  REQUIRE(wasmtime_linker_get(linker, context, "", 0, "_start", 6, &start) && start.kind == FUNCTION, "the program has no _start");
  void *error = wasmtime_func_call(context, start.value, NULL, 0, NULL, 0, &trap);
  int status;
  if (error != NULL && wasmtime_error_exit_status(error, &status)) return status;
  check(error, wasmtime_error_message);
  check(trap, wasm_trap_message);
  return 0;
}
