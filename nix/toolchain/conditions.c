/* Preloaded into every dynamic program of a build. Overrides the host name and the order of directory entries as
 * SAMEBITS_HOST_NAME and SAMEBITS_DIRECTORY_ORDER say, so that a build can vary both without privileges.
 *
 * It does not reach static programs (busybox, zig), which make their own system calls.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* A directory stream that is read backwards: all its entries, and how many of them remain to be returned. */
struct stream {
  DIR *directory;
  struct dirent64 **entries;
  size_t count;
  struct stream *next;
};

static struct stream *streams;
static pthread_mutex_t streams_lock = PTHREAD_MUTEX_INITIALIZER;

static void *real(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) abort();
  return function;
}

static int reversed(void) {
  const char *order = getenv("SAMEBITS_DIRECTORY_ORDER");
  return order != NULL && strcmp(order, "reversed") == 0;
}

static struct stream *read_whole(DIR *directory) {
  struct dirent64 *(*real_readdir)(DIR *) = real("readdir64");
  struct stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) abort();
  stream->directory = directory;
  size_t capacity = 0;
  errno = 0;
  for (struct dirent64 *entry; (entry = real_readdir(directory)) != NULL;) {
    if (stream->count == capacity) {
      capacity = capacity == 0 ? 64 : 2 * capacity;
      stream->entries = realloc(stream->entries, capacity * sizeof *stream->entries);
      if (stream->entries == NULL) abort();
    }
    struct dirent64 *copy = malloc(entry->d_reclen);
    if (copy == NULL) abort();
    memcpy(copy, entry, entry->d_reclen);
    stream->entries[stream->count++] = copy;
  }
  stream->next = streams;
  streams = stream;
  return stream;
}

/* Frees a stream on close and rewind. readdir(3) allows that to invalidate every entry returned so far. */
static void forget(DIR *directory) {
  pthread_mutex_lock(&streams_lock);
  for (struct stream **link = &streams; *link != NULL; link = &(*link)->next) {
    struct stream *stream = *link;
    if (stream->directory != directory) continue;
    *link = stream->next;
    for (size_t i = 0; i < stream->count; i++) free(stream->entries[i]);
    free(stream->entries);
    free(stream);
    break;
  }
  pthread_mutex_unlock(&streams_lock);
}

struct dirent64 *readdir64(DIR *directory) {
  if (!reversed()) {
    struct dirent64 *(*real_readdir)(DIR *) = real("readdir64");
    return real_readdir(directory);
  }
  pthread_mutex_lock(&streams_lock);
  struct stream *stream = streams;
  while (stream != NULL && stream->directory != directory) stream = stream->next;
  if (stream == NULL) stream = read_whole(directory);
  struct dirent64 *entry = stream->count == 0 ? NULL : stream->entries[--stream->count];
  pthread_mutex_unlock(&streams_lock);
  return entry;
}

/* On 64-bit machines, struct dirent and struct dirent64 have the same layout. */
struct dirent *readdir(DIR *directory) { return (struct dirent *)readdir64(directory); }

int closedir(DIR *directory) {
  forget(directory);
  int (*real_closedir)(DIR *) = real("closedir");
  return real_closedir(directory);
}

void rewinddir(DIR *directory) {
  forget(directory);
  void (*real_rewinddir)(DIR *) = real("rewinddir");
  real_rewinddir(directory);
}

int gethostname(char *name, size_t size) {
  const char *answer = getenv("SAMEBITS_HOST_NAME");
  if (answer == NULL) {
    int (*real_gethostname)(char *, size_t) = real("gethostname");
    return real_gethostname(name, size);
  }
  if (strlen(answer) >= size) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(name, answer);
  return 0;
}

int uname(struct utsname *system) {
  int (*real_uname)(struct utsname *) = real("uname");
  int status = real_uname(system);
  if (status == 0) gethostname(system->nodename, sizeof system->nodename);
  return status;
}
