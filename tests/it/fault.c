/* Preloaded by faults.rs: strikes at the n-th call of a kind on a file or folder that is none of the system's.

   FAULT_CALL  open, read, pread, write, fsync, folder (an fsync     FAULT_AT     the call that is struck, from 1
               of one), ftruncate, rename, unlink, mkdir, stat,      FAULT_MARK   a file that is made when it strikes
               list (the opening of a folder) or thread
   FAULT_DO    kill, torn (half of a write, then the end), short (half of a write or read), the number of an error,
               or full (no space left at this call and at all that follow)   */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int calls;

static int strikes(const char *call, const char *path, int fd) {
    static const char *systems[] = {"/proc/", "/dev/null", "/dev/urandom", "/sys/", "/etc/", "pipe:", "socket:", "anon_inode:"};
    const char *wanted = getenv("FAULT_CALL");
    char link[64], name[4096];
    if (!wanted || strcmp(wanted, call)) return 0;
    if (!path) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t length = readlink(link, name, sizeof name - 1);
        if (length < 0) return 0;
        name[length] = 0;
        path = name;
    }
    for (size_t at = 0; at < sizeof systems / sizeof *systems; at++)
        if (!strncmp(path, systems[at], strlen(systems[at]))) return 0;
    int call_number = __sync_add_and_fetch(&calls, 1), at = atoi(getenv("FAULT_AT"));
    if (strcmp(getenv("FAULT_DO"), "full") ? call_number != at : call_number < at) return 0;
    mknod(getenv("FAULT_MARK"), S_IFREG | 0644, 0);
    return 1;
}

static void end(void) {
    kill(getpid(), SIGKILL);
    pause();
}

/* After a call that was made, and struck. */
static void after(void) {
    if (strcmp(getenv("FAULT_DO"), "short")) end();
}

/* Whether the call fails in place of being made. */
static int fails(void) {
    const char *how = getenv("FAULT_DO");
    if (!strcmp(how, "kill")) end();
    if (!strcmp(how, "torn") || !strcmp(how, "short")) return 0;
    errno = strcmp(how, "full") ? atoi(how) : ENOSPC;
    return 1;
}

#define STRUCK(call, path, fd) int struck = strikes(call, path, fd); if (struck && fails()) return -1
#define MADE(made) __typeof__(made) result = made; if (struck) after(); return result
#define REAL(type, name, ...) static type (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, name)

int rename(const char *from, const char *to) { REAL(int, "rename", const char *, const char *); STRUCK("rename", to, 0); MADE(real(from, to)); }
int unlink(const char *path) { REAL(int, "unlink", const char *); STRUCK("unlink", path, 0); MADE(real(path)); }
int mkdir(const char *path, mode_t mode) { REAL(int, "mkdir", const char *, mode_t); STRUCK("mkdir", path, 0); MADE(real(path, mode)); }
/* The folder that could not be listed cannot be opened either. */
static char locked[4096];
DIR *opendir(const char *path) {
    REAL(DIR *, "opendir", const char *);
    if (strikes("list", path, 0) && fails()) {
        snprintf(locked, sizeof locked, "%s", path);
        return 0;
    }
    return real(path);
}
static int is_folder(int fd) { struct stat64 status; return !fstat64(fd, &status) && S_ISDIR(status.st_mode); }
int fsync(int fd) { REAL(int, "fsync", int); STRUCK(is_folder(fd) ? "folder" : "fsync", 0, fd); MADE(real(fd)); }
int fdatasync(int fd) { REAL(int, "fdatasync", int); STRUCK("fsync", 0, fd); MADE(real(fd)); }

int unlinkat(int folder, const char *path, int flags) { REAL(int, "unlinkat", int, const char *, int); STRUCK("unlink", path, 0); MADE(real(folder, path, flags)); }
int rmdir(const char *path) { REAL(int, "rmdir", const char *); STRUCK("unlink", path, 0); MADE(real(path)); }
int ftruncate64(int fd, off_t length) { REAL(int, "ftruncate64", int, off_t); STRUCK("ftruncate", 0, fd); MADE(real(fd, length)); }

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *), void *with) {
    REAL(int, "pthread_create", pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (strikes("thread", "thread", 0) && fails()) return errno;
    return real(thread, how, start, with);
}

int statx(int folder, const char *restrict path, int flags, unsigned int wanted, struct statx *restrict into) {
    REAL(int, "statx", int, const char *, int, unsigned int, struct statx *);
    const char *volatile named = path; /* Rust passes none to ask whether there is such a call, which its declaration forbids. */
    if (!named) return real(folder, path, flags, wanted, into);
    STRUCK("stat", *path ? path : 0, folder);
    MADE(real(folder, path, flags, wanted, into));
}

/* Half of it, but something: nothing is the end of a file. */
static size_t half(size_t count) { return count > 1 ? count / 2 : count; }

ssize_t read(int fd, void *bytes, size_t count) {
    REAL(ssize_t, "read", int, void *, size_t);
    STRUCK("read", 0, fd);
    MADE(real(fd, bytes, struck ? half(count) : count));
}

ssize_t pread64(int fd, void *bytes, size_t count, off_t at) {
    REAL(ssize_t, "pread64", int, void *, size_t, off_t);
    STRUCK("pread", 0, fd);
    MADE(real(fd, bytes, struck ? half(count) : count, at));
}

ssize_t write(int fd, const void *bytes, size_t count) {
    REAL(ssize_t, "write", int, const void *, size_t);
    STRUCK("write", 0, fd);
    MADE(real(fd, bytes, struck ? half(count) : count));
}

/* CLOCK_AHEAD: so many seconds that the clock is ahead. */
int clock_gettime(clockid_t clock, struct timespec *now) {
    REAL(int, "clock_gettime", clockid_t, struct timespec *);
    int result = real(clock, now);
    const char *ahead = getenv("CLOCK_AHEAD");
    if (ahead && clock == CLOCK_REALTIME) now->tv_sec += atoll(ahead);
    return result;
}

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    REAL(int, "open64", const char *, int, ...);
    STRUCK("open", path, 0);
    if (*locked && !strcmp(path, locked) && fails()) return -1;
    MADE(real(path, flags, mode));
}
