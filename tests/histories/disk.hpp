#pragma once

#include "histories/clockwork.hpp"
#include "io/disk.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace exahca::histories {

/// What is wrong with a disk.
struct DiskFaults
{
    double operation_seconds = 1e-3; ///< mean duration of one call
    double short_writes = 0;         ///< share of the writes that take a part only, or are interrupted
    double lying_syncs = 0;          ///< share of the syncs of files that do nothing
    double lying_directories = 0;    ///< of directories: what was renamed may be lost
    Time full_from = never;          ///< no room for any byte from then on ...
    Time full_until = never;         ///< ... to then
    int failing_call = -1;           ///< the number of the call, from 0, that fails ...
    int error = 0;                   ///< ... with this error
    int struck_call = -1;            ///< the number of the call at which `strike` comes, before or after its effect
    bool struck_after = false;
    std::function<void()> strike{};
};

/// The disk of rank 0: a folder of the real file system shows what running processes see. What a loss of power leaves
/// of it is kept in mind: files as they were when last synced, or cut off, or zeros, or whole; names as of some moment
/// since the directory was last synced.
class SimulatedDisk final : public io::Disk
{
public:
    SimulatedDisk(std::string folder, Draws draws);

    /// For one launch. Null: what its ranks left does no harm any more.
    void plug_in(Clockwork* clockwork, DiskFaults faults);
    /// Puts into the folder what the loss leaves.
    void lose_power();

    /// Whether any call has returned success without the effect it promises.
    [[nodiscard]] bool has_lied() const { return lied_; }
    /// Whether an error was reported to the caller.
    [[nodiscard]] bool has_failed() const { return failed_; }
    /// Whether a file that was to be removed has stayed.
    [[nodiscard]] bool has_failed_to_remove() const { return failed_to_remove_; }
    /// What a file held when the directory was last synced, from which on it was promised to stay; empty for none.
    [[nodiscard]] std::string const& promised() const { return promised_; }
    /// Names the file that promises are kept for.
    void watch(std::string name) { watched_ = std::move(name); }

    int open(char const* path, int flags, mode_t mode) override;
    ssize_t write(int file, void const* bytes, std::size_t count) override;
    int sync(int file) override;
    int close(int file) override;
    int rename(char const* from, char const* to) override;
    int link(char const* from, char const* to) override;
    int unlink(char const* path) override;

private:
    struct File
    {
        std::string bytes; ///< as running processes see it
        std::string safe;  ///< as it was when last synced
        bool synced = false;
    };
    using Names = std::map<std::string, std::shared_ptr<File>>;
    using Change = std::function<void(Names&)>;

    /// Begins a call: lets time pass. \returns whether it has its effect; otherwise errno says why not
    [[nodiscard]] bool begin(char const* what, bool may_throw);
    /// Ends one that had its effect. \returns `result`
    int end(int result, bool may_throw);
    bool struck(bool after);
    void change(Change const& change);
    [[nodiscard]] static std::string name_of(char const* path);
    [[nodiscard]] std::string remains_of(File const& file);

    std::string folder_;
    Draws draws_;
    Clockwork* clockwork_ = nullptr;
    DiskFaults faults_;
    Names names_;                 ///< as running processes see them
    Names safe_names_;            ///< as of the last sync of the directory
    std::vector<Change> changes_; ///< since then
    std::map<int, std::shared_ptr<File>> open_;
    std::vector<int> open_directories_;
    std::string watched_;
    std::string promised_;
    bool lied_ = false;
    bool failed_ = false;
    bool failed_to_remove_ = false;
    int calls_ = 0;
};

} // namespace exahca::histories
