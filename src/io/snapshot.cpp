#include "exahca/io/snapshot.hpp"

#include "exahca/core/error.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/io/tree_file.hpp"
#include "io/disk.hpp"

#include <filesystem>
#include <fmt/format.h>

namespace exahca {
namespace {

bool is_sound(std::string const& path)
{
    try {
        return verify_digest(path) == DigestOutcome::ok;
    } catch (InvalidInput const&) {
        return false;
    }
}

bool exists(std::string const& path)
{
    std::error_code ignored;
    return std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

} // namespace

// A damaged generation must not push out the sound one before it.
void write_snapshot(std::string const& path, DataGroup const& tree)
{
    std::error_code ignored;
    bool const sound = std::filesystem::is_regular_file(path, ignored) && is_sound(path);
    write_tree(path, tree, sound ? PreviousFile::keep : PreviousFile::discard, Packing::quick);
}

void write_final(std::string const& path, DataGroup const& tree)
{
    write_tree(path, tree, PreviousFile::discard);
    io::Disk::current().unlink((path + ".prev").c_str());
}

std::optional<Snapshot> read_newest(std::string const& path)
{
    auto const previous = path + ".prev";
    if (!exists(path) && !exists(previous)) return {};
    std::string newest_defect = fmt::format("{} is missing", path);
    if (exists(path)) {
        try {
            return Snapshot{read_tree(path), path, {}};
        } catch (InvalidInput const& error) {
            newest_defect = error.what();
        }
    }
    if (!exists(previous))
        throw InvalidInput(newest_defect, "and there is no earlier generation",
                           "start again with --overwrite, or put an intact copy in its place");
    try {
        return Snapshot{read_tree(previous), previous, fmt::format("{}; going on from {}", newest_defect, previous)};
    } catch (InvalidInput const& error) {
        throw InvalidInput(fmt::format("both generations are damaged: {}; {}", newest_defect, error.what()), {},
                           "start again with --overwrite, or put an intact copy in their place");
    }
}

} // namespace exahca
