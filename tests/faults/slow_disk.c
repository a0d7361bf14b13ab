/* A disk that hangs: as long as there is the file that SLOW_DISK names, nothing that is written gets there. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static int when_the_disk_writes(const char *name, int file) {
    const char *hangs = getenv("SLOW_DISK");
    while (hangs && access(hangs, F_OK) == 0)
        usleep(10 * 1000);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return real(file);
}

int fsync(int file) { return when_the_disk_writes("fsync", file); }
int fdatasync(int file) { return when_the_disk_writes("fdatasync", file); }
