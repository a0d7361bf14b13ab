/* A disk that hangs: as long as there is the file that SLOW_DISK names, nothing that is written gets there. Whoever waits
   leaves a file beside it that says so. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void say_that_somebody_waits(const char *hangs) {
    char waits[4096];
    snprintf(waits, sizeof waits, "%s.waits", hangs);
    int file = open(waits, O_CREAT | O_WRONLY, 0600);
    if (file >= 0)
        close(file);
}

static int when_the_disk_writes(const char *name, int file) {
    const char *hangs = getenv("SLOW_DISK");
    while (hangs && access(hangs, F_OK) == 0) {
        say_that_somebody_waits(hangs);
        usleep(10 * 1000);
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return real(file);
}

int fsync(int file) { return when_the_disk_writes("fsync", file); }
int fdatasync(int file) { return when_the_disk_writes("fdatasync", file); }
