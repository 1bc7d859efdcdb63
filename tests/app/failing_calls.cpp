// Lets one call of a program fail: loaded before the C library (LD_PRELOAD), it counts the calls that can fail and
// makes the one that is asked for return an error, once. Counted are calls on files below one folder, and allocations
// by the program and the C++ library. Those inside other libraries are left alone: HDF5 1.10 crashes where one fails
// while it starts.
//
//   EXAHCA_FAIL_FOLDER  absolute path; relative names count as below it
//   EXAHCA_FAIL_AT      "write:7": the seventh write fails; "allocation-0:512": of thread 0 (by first use) the 512th
//   EXAHCA_COUNT_FILE   where to write, at exit, lines "kind number": every call on files, and of the allocations the
//                       first from each place (the innermost return addresses)

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <sys/types.h>
#include <unistd.h>

// The C library's own allocator, so that looking up the next malloc needs no memory.
extern "C" {
void* __libc_malloc(std::size_t);                // NOLINT(bugprone-reserved-identifier)
void* __libc_calloc(std::size_t, std::size_t);   // NOLINT(bugprone-reserved-identifier)
void* __libc_realloc(void*, std::size_t);        // NOLINT(bugprone-reserved-identifier)
void* __libc_memalign(std::size_t, std::size_t); // NOLINT(bugprone-reserved-identifier)
}

namespace {

enum Kind { opening, writing, syncing, truncating, renaming, closing, locking, unlinking, kinds };
constexpr std::array kind_names{"open", "write", "sync", "truncate", "rename", "close", "lock", "unlink"};

// Nothing here may allocate: plain arrays, filled once before main.
std::array<std::atomic<long>, kinds> calls{};
std::array<std::atomic<bool>, 4096> is_ours{}; // file descriptors of files below the folder
char const *folder = nullptr, *count_file = nullptr;
int failing_kind = -1, failing_thread = -1;
long failing_number = 0;
std::atomic<bool> is_ready{false};

std::atomic<int> threads{0};
// Of the initial executable: reading it must not allocate.
__attribute__((tls_model("initial-exec"))) thread_local int this_thread = -1;
__attribute__((tls_model("initial-exec"))) thread_local long allocations = 0;
__attribute__((tls_model("initial-exec"))) thread_local bool is_looking = false;

struct Place
{
    std::uint64_t hash;
    int thread;
    long number;
};
std::array<Place, std::size_t{1} << 16> places{}; // by hash, the next free slot
std::atomic<bool> places_locked{false};

bool is_below(char const* path)
{
    if (folder == nullptr || path == nullptr) return false;
    return path[0] != '/' || std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool owns(int file)
{
    return file >= 0 && file < static_cast<int>(is_ours.size()) && is_ours[static_cast<std::size_t>(file)];
}

/// Counts a call, and says whether it is the one that fails.
bool fails(Kind kind) { return ++calls[kind] == failing_number && failing_kind == kind; }

/// Notes the first allocation from each place.
void note_place()
{
    std::array<void*, 7> frames{};
    is_looking = true;
    int const depth = backtrace(frames.data(), static_cast<int>(frames.size()));
    is_looking = false;
    std::uint64_t hash = 1469598103934665603U;
    for (int i = 2; i < depth; ++i)
        hash = (hash ^ reinterpret_cast<std::uintptr_t>(frames[static_cast<std::size_t>(i)])) * 1099511628211U;
    if (hash == 0) hash = 1;
    while (places_locked.exchange(true)) {
    }
    std::size_t slot = hash % places.size();
    for (std::size_t tries = 0; tries < places.size(); ++tries, slot = (slot + 1) % places.size()) {
        if (places[slot].hash == hash) break;
        if (places[slot].hash == 0) {
            places[slot] = {hash, this_thread, allocations};
            break;
        }
    }
    places_locked = false;
}

/// Where the code of the program and of the C++ library lies.
struct Range
{
    std::uintptr_t begin, end;
};
std::array<Range, 16> own_code{};
std::size_t own_ranges = 0;

int note_code(dl_phdr_info* object, std::size_t, void*)
{
    bool const is_program = object->dlpi_name == nullptr || object->dlpi_name[0] == '\0';
    if (!is_program && std::strstr(object->dlpi_name, "libstdc++") == nullptr) return 0;
    for (int i = 0; i < object->dlpi_phnum && own_ranges < own_code.size(); ++i) {
        auto const& segment = object->dlpi_phdr[i];
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
        auto const begin = object->dlpi_addr + segment.p_vaddr;
        own_code[own_ranges++] = {begin, begin + segment.p_memsz};
    }
    return 0;
}

bool is_own(void const* caller)
{
    auto const address = reinterpret_cast<std::uintptr_t>(caller);
    for (std::size_t i = 0; i < own_ranges; ++i)
        if (address >= own_code[i].begin && address < own_code[i].end) return true;
    return false;
}

bool allocation_fails(void const* caller)
{
    if (!is_ready || is_looking || !is_own(caller)) return false;
    if (this_thread < 0) this_thread = threads++;
    ++allocations;
    if (count_file != nullptr) note_place();
    if (this_thread != failing_thread || allocations != failing_number) return false;
    errno = ENOMEM;
    return true;
}

template <class Function>
Function next(char const* name)
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int failed(int error)
{
    errno = error;
    return -1;
}

int note_file(int file, char const* path)
{
    if (file >= 0 && file < static_cast<int>(is_ours.size())) is_ours[static_cast<std::size_t>(file)] = is_below(path);
    return file;
}

__attribute__((constructor)) void prepare()
{
    folder = std::getenv("EXAHCA_FAIL_FOLDER");
    count_file = std::getenv("EXAHCA_COUNT_FILE");
    if (char const* const at = std::getenv("EXAHCA_FAIL_AT")) {
        char const* const colon = std::strchr(at, ':');
        auto const length = colon == nullptr ? std::strlen(at) : static_cast<std::size_t>(colon - at);
        failing_number = colon == nullptr ? 1 : std::atol(colon + 1);
        for (int kind = 0; kind < kinds; ++kind)
            if (std::strlen(kind_names[static_cast<std::size_t>(kind)]) == length &&
                std::strncmp(at, kind_names[static_cast<std::size_t>(kind)], length) == 0)
                failing_kind = kind;
        if (std::strncmp(at, "allocation-", 11) == 0) failing_thread = std::atoi(at + 11);
    }
    if (count_file != nullptr) {
        std::array<void*, 1> frame{};
        backtrace(frame.data(), 1); // loads what it needs
    }
    dl_iterate_phdr(note_code, nullptr);
    this_thread = threads++;
    is_ready = true;
}

__attribute__((destructor)) void report()
{
    if (count_file == nullptr) return;
    is_ready = false;
    int const file =
        static_cast<int>(next<int (*)(char const*, int, ...)>("open")(count_file, O_WRONLY | O_CREAT | O_TRUNC, 0666));
    if (file < 0) return;
    for (int kind = 0; kind < kinds; ++kind)
        dprintf(file, "%s %ld\n", kind_names[static_cast<std::size_t>(kind)],
                calls[static_cast<std::size_t>(kind)].load());
    for (auto const& place : places)
        if (place.hash != 0) dprintf(file, "allocation-%d %ld\n", place.thread, place.number);
    next<int (*)(int)>("close")(file);
}

} // namespace

extern "C" {

int open(char const* path, int flags, ...) // NOLINT(cert-dcl50-cpp): the C library's signature
{
    static auto const real = next<int (*)(char const*, int, ...)>("open");
    va_list rest;
    va_start(rest, flags);
    mode_t const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (is_below(path) && fails(opening)) return failed(EMFILE);
    return note_file(real(path, flags, mode), path);
}

int open64(char const* path, int flags, ...) // NOLINT(cert-dcl50-cpp)
{
    va_list rest;
    va_start(rest, flags);
    mode_t const mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open(path, flags, mode);
}

ssize_t write(int file, void const* bytes, std::size_t count)
{
    static auto const real = next<ssize_t (*)(int, void const*, std::size_t)>("write");
    return owns(file) && fails(writing) ? failed(ENOSPC) : real(file, bytes, count);
}

ssize_t pwrite(int file, void const* bytes, std::size_t count, off_t offset)
{
    static auto const real = next<ssize_t (*)(int, void const*, std::size_t, off_t)>("pwrite");
    return owns(file) && fails(writing) ? failed(ENOSPC) : real(file, bytes, count, offset);
}

ssize_t pwrite64(int file, void const* bytes, std::size_t count, off64_t offset)
{
    static auto const real = next<ssize_t (*)(int, void const*, std::size_t, off64_t)>("pwrite64");
    return owns(file) && fails(writing) ? failed(ENOSPC) : real(file, bytes, count, offset);
}

int fsync(int file)
{
    static auto const real = next<int (*)(int)>("fsync");
    return owns(file) && fails(syncing) ? failed(EIO) : real(file);
}

int fdatasync(int file)
{
    static auto const real = next<int (*)(int)>("fdatasync");
    return owns(file) && fails(syncing) ? failed(EIO) : real(file);
}

int ftruncate(int file, off_t length) noexcept
{
    static auto const real = next<int (*)(int, off_t)>("ftruncate");
    return owns(file) && fails(truncating) ? failed(ENOSPC) : real(file, length);
}

int ftruncate64(int file, off64_t length) noexcept
{
    static auto const real = next<int (*)(int, off64_t)>("ftruncate64");
    return owns(file) && fails(truncating) ? failed(ENOSPC) : real(file, length);
}

int rename(char const* from, char const* to) noexcept
{
    static auto const real = next<int (*)(char const*, char const*)>("rename");
    return is_below(to) && fails(renaming) ? failed(EIO) : real(from, to);
}

int unlink(char const* path) noexcept
{
    static auto const real = next<int (*)(char const*)>("unlink");
    return is_below(path) && fails(unlinking) ? failed(EACCES) : real(path);
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow" // of the type of the same name
int flock(int file, int operation) noexcept
{
    static auto const real = next<int (*)(int, int)>("flock");
    return owns(file) && fails(locking) ? failed(ENOLCK) : real(file, operation);
}
#pragma GCC diagnostic pop

int close(int file)
{
    static auto const real = next<int (*)(int)>("close");
    bool const ours = owns(file);
    if (ours) is_ours[static_cast<std::size_t>(file)] = false;
    bool const failing = ours && fails(closing);
    int const result = real(file); // closed all the same, as by Linux after an error
    return failing ? failed(EIO) : result;
}

void* malloc(std::size_t size) { return allocation_fails(__builtin_return_address(0)) ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size)
{
    return allocation_fails(__builtin_return_address(0)) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size)
{
    return allocation_fails(__builtin_return_address(0)) ? nullptr : __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size)
{
    return allocation_fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size)
{
    return allocation_fails(__builtin_return_address(0)) ? nullptr : __libc_memalign(alignment, size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) noexcept
{
    if (allocation_fails(__builtin_return_address(0))) return ENOMEM;
    void* const memory = __libc_memalign(alignment, size);
    if (memory == nullptr) return ENOMEM;
    *result = memory;
    return 0;
}

} // extern "C"
