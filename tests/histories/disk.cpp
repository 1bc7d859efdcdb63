#include "histories/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <utility>

namespace exahca::histories {

SimulatedDisk::SimulatedDisk(std::string folder, Draws draws) : folder_(std::move(folder)), draws_(draws) {}

void SimulatedDisk::plug_in(Clockwork* clockwork, DiskFaults faults)
{
    clockwork_ = clockwork;
    faults_ = std::move(faults);
    if (clockwork == nullptr) return; // what is known of the launch stays
    failed_ = failed_to_remove_ = false;
    calls_ = 0;
}

std::string SimulatedDisk::name_of(char const* path) { return std::filesystem::path(path).filename().string(); }

bool SimulatedDisk::struck(bool after)
{
    if (calls_ - 1 != faults_.struck_call || faults_.struck_after != after) return false;
    faults_.strike();
    return true;
}

bool SimulatedDisk::begin(char const* what, bool may_throw)
{
    errno = EIO;
    if (clockwork_ == nullptr) return true;
    int const rank = clockwork_->current_rank();
    if (!clockwork_->is_dead(rank)) {
        ++calls_;
        clockwork_->note(rank, what, static_cast<std::uint64_t>(calls_));
        struck(false);
    }
    auto const last = clockwork_->time() + seconds(draws_.exponential(faults_.operation_seconds));
    bool const alive = !clockwork_->is_dead(rank) && clockwork_->rest_quietly(last, last);
    if (!alive && may_throw) throw RankKilled();
    errno = faults_.error;
    if (alive && calls_ - 1 == faults_.failing_call) return failed_ = true, false;
    if (!alive) errno = EIO;
    return alive;
}

int SimulatedDisk::end(int result, bool may_throw)
{
    if (clockwork_ == nullptr || !struck(true) || !clockwork_->is_dead(clockwork_->current_rank())) return result;
    if (may_throw) throw RankKilled();
    return result;
}

void SimulatedDisk::change(Change const& change)
{
    change(names_);
    changes_.push_back(change);
}

int SimulatedDisk::open(char const* path, int flags, mode_t mode)
{
    if (!begin("opens a file", true)) return -1;
    int const file = ::open(path, flags, mode);
    if (file < 0) return file;
    if ((flags & O_DIRECTORY) != 0) {
        open_directories_.push_back(file);
        return end(file, true);
    }
    auto const name = name_of(path);
    auto& known = names_[name];
    if (!known) {
        known = std::make_shared<File>();
        changes_.push_back([name, created = known](Names& names) { names[name] = created; });
    }
    if ((flags & O_TRUNC) != 0) known->bytes.clear();
    open_[file] = known;
    return end(file, true);
}

ssize_t SimulatedDisk::write(int file, void const* bytes, std::size_t count)
{
    if (!begin("writes", true)) return -1;
    if (clockwork_ != nullptr && clockwork_->time() >= faults_.full_from && clockwork_->time() < faults_.full_until) {
        failed_ = true;
        errno = ENOSPC;
        return -1;
    }
    if (faults_.short_writes > 0 && draws_.chance(faults_.short_writes)) {
        if (draws_.chance(0.3)) return errno = EINTR, -1;
        count = std::max<std::size_t>(1, static_cast<std::size_t>(draws_.between(0, 1) * static_cast<double>(count)));
    }
    auto const written = ::write(file, bytes, count);
    if (written > 0) open_.at(file)->bytes.append(static_cast<char const*>(bytes), static_cast<std::size_t>(written));
    end(0, true);
    return written;
}

int SimulatedDisk::sync(int file)
{
    if (!begin("syncs", true)) return -1;
    bool const directory =
        std::find(open_directories_.begin(), open_directories_.end(), file) != open_directories_.end();
    bool const lies = draws_.chance(directory ? faults_.lying_directories : faults_.lying_syncs);
    lied_ = lied_ || lies;
    if (directory) {
        if (auto const found = names_.find(watched_); found != names_.end()) promised_ = found->second->bytes;
        if (!lies) {
            safe_names_ = names_;
            changes_.clear();
        }
    } else if (!lies) {
        auto& synced = *open_.at(file);
        synced.safe = synced.bytes;
        synced.synced = true;
    }
    return end(0, true);
}

int SimulatedDisk::close(int file)
{
    ::close(file);
    std::erase(open_directories_, file);
    if (open_.erase(file) == 0) return 0;
    if (!begin("closes", false)) return -1;
    return end(0, false);
}

int SimulatedDisk::rename(char const* from, char const* to)
{
    if (!begin("renames", true)) return -1;
    if (::rename(from, to) != 0) return -1;
    change([old = name_of(from), name = name_of(to)](Names& names) {
        auto const found = names.find(old);
        if (found == names.end()) return;
        auto const file = found->second;
        if (auto const other = names.find(name); other != names.end() && other->second == file) return;
        names.erase(found);
        names[name] = file;
    });
    return end(0, true);
}

int SimulatedDisk::link(char const* from, char const* to)
{
    if (!begin("links", true)) return -1;
    if (::link(from, to) != 0) return -1;
    change([old = name_of(from), name = name_of(to)](Names& names) {
        if (auto const found = names.find(old); found != names.end()) names.emplace(name, found->second);
    });
    return end(0, true);
}

int SimulatedDisk::unlink(char const* path)
{
    if (!begin("removes", false)) {
        failed_to_remove_ = failed_to_remove_ || !clockwork_->is_dead(clockwork_->current_rank());
        return -1;
    }
    if (::unlink(path) != 0) return -1;
    change([name = name_of(path)](Names& names) { names.erase(name); });
    return end(0, false);
}

/// Contents reach a disk in any order, and a file's length before them.
std::string SimulatedDisk::remains_of(File const& file)
{
    if (file.synced && file.safe == file.bytes) return file.safe;
    switch (draws_.below(4)) {
    case 0:
        return file.safe;
    case 1:
        return file.bytes;
    case 2:
        return std::string(file.bytes.size(), '\0');
    default:
        return file.bytes.substr(
            0, static_cast<std::size_t>(draws_.between(0, 1) * static_cast<double>(file.bytes.size())));
    }
}

void SimulatedDisk::lose_power()
{
    auto const kept = draws_.below(static_cast<int>(changes_.size()) + 1);
    auto names = safe_names_;
    for (int i = 0; i < kept; ++i) changes_[static_cast<std::size_t>(i)](names);
    for (auto const& [name, file] : names_) std::filesystem::remove(std::filesystem::path(folder_) / name);
    std::map<File*, std::string> first_names; // two names of one file stay so
    names_.clear();
    for (auto const& [name, file] : names) {
        auto const [first, is_new] = first_names.emplace(file.get(), name);
        auto const path = std::filesystem::path(folder_) / name;
        if (is_new) {
            auto const bytes = remains_of(*file);
            names_[name] = std::make_shared<File>(File{bytes, bytes, true});
            std::ofstream(path, std::ios::binary) << bytes;
        } else {
            names_[name] = names_.at(first->second);
            std::filesystem::create_hard_link(std::filesystem::path(folder_) / first->second, path);
        }
    }
    safe_names_ = names_;
    changes_.clear();
    open_.clear();
}

} // namespace exahca::histories
