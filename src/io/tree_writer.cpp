#include "exahca/io/tree_file.hpp"

#include "exahca/core/error.hpp"
#include "exahca/io/digest.hpp"
#include "io/atomic_pieces.hpp"
#include "io/dataset_writer.hpp"
#include "io/memory_file.hpp"
#include "io/streamed_file.hpp"

#include <cstddef>
#include <deque>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>

namespace exahca {
namespace {

using io::check;
/// One dimension of the file and the variables that use it.
struct Scale
{
    std::int64_t length;
    hobj_ref_t reference{};
    std::vector<io::ScaleUse> uses{};
};

/// The dimensions that a group defines, and those it inherits.
struct Scope
{
    Scope const* parent;
    std::map<std::string, Scale*, std::less<>> scales{};

    [[nodiscard]] Scale* find(std::string_view name, std::int64_t length) const
    {
        for (auto const* scope = this; scope != nullptr; scope = scope->parent)
            if (auto const found = scope->scales.find(name);
                found != scope->scales.end() && found->second->length == length)
                return found->second;
        return nullptr;
    }
};

bool is_coordinate(Variable const& variable)
{
    return variable.dims.size() == 1 && variable.dims.front() == variable.name;
}

void check_name(std::string const& name)
{
    if (name.empty() || name == "." || name.find('/') != name.npos || name.find('\0') != name.npos)
        throw std::logic_error(fmt::format("\"{}\" cannot name a part of a file", name));
}

class TreeWriter
{
public:
    /// \param rows  null: all values are in the tree.  \param done  called when a variable's values are written
    TreeWriter(hid_t file, Packing packing, RowSource const* rows, std::function<void(Variable const&)> done)
        : file_(file), packing_(packing), rows_(rows), done_(std::move(done))
    {
    }

    void write(DataGroup const& root)
    {
        write_group(file_, root, nullptr);
        for (auto const& scale : scales_) io::write_reference_list(file_, scale.reference, scale.uses);
    }

private:
    void write_group(hid_t group, DataGroup const& content, Scope const* parent)
    {
        for (auto const& [name, value] : content.attributes) io::write_attribute(group, name, value);
        Scope scope{parent};
        define_dimensions(group, content, scope);
        for (auto const& variable : content.variables) write_variable(group, variable, scope);
        for (auto const& variable : content.variables)
            if (!is_coordinate(variable) && !variable.dims.empty()) attach_scales(group, variable, scope);
        for (auto const& [name, subgroup] : content.groups) {
            check_name(name);
            auto const created = io::create_group(group, name);
            write_group(created.id(), subgroup, &scope);
        }
    }

    Scale& add_scale(Scope& scope, std::string const& name, std::int64_t length)
    {
        auto& scale = scales_.emplace_back(Scale{length});
        scope.scales.emplace(name, &scale);
        return scale;
    }

    void define_dimensions(hid_t group, DataGroup const& content, Scope& scope)
    {
        for (auto const& variable : content.variables)
            if (is_coordinate(variable)) add_scale(scope, variable.name, variable.shape.front());
        for (auto const& variable : content.variables)
            for (std::size_t i = 0; i < variable.dims.size(); ++i) {
                auto const& name = variable.dims[i];
                check_name(name);
                auto const length = variable.shape[i];
                if (scope.find(name, length) != nullptr) continue;
                if (scope.scales.contains(name))
                    throw std::logic_error(fmt::format("dimension {} has two lengths in one group", name));
                auto& scale = add_scale(scope, name, length);
                scale.reference = io::write_bare_scale(group, name, length);
            }
    }

    void write_variable(hid_t group, Variable const& variable, Scope const& scope)
    {
        check_name(variable.name);
        auto const own = scope.scales.find(variable.name);
        if (own != scope.scales.end() && !is_coordinate(variable))
            throw std::logic_error(fmt::format("{} names a dimension and another variable", variable.name));
        bool const by_rows = rows_ != nullptr && group == file_ && variable.name == rows_->variable;
        auto const dataset =
            by_rows ? io::create_dataset(group, variable, *rows_) : io::create_dataset(group, variable, packing_);
        if (is_coordinate(variable)) {
            io::mark_as_scale(dataset.id(), variable.name);
            own->second->reference = io::reference_to(group, variable.name);
        }
        if (!variable.units.empty()) io::write_attribute(dataset.id(), "units", variable.units);
        if (!variable.description.empty()) io::write_attribute(dataset.id(), "long_name", variable.description);
        if (done_) done_(variable);
    }

    void attach_scales(hid_t group, Variable const& variable, Scope const& scope)
    {
        auto const own = io::reference_to(group, variable.name);
        std::vector<hobj_ref_t> used;
        for (std::size_t i = 0; i < variable.dims.size(); ++i) {
            auto& scale = *scope.find(variable.dims[i], variable.shape[i]);
            scale.uses.push_back({own, static_cast<int>(i)});
            used.push_back(scale.reference);
        }
        io::write_dimension_list(group, variable.name, used);
    }

    hid_t file_;
    Packing packing_;
    RowSource const* rows_;
    std::function<void(Variable const&)> done_;
    std::deque<Scale> scales_; // addresses stay valid
};

[[noreturn]] void refuse(std::string const& path, io::Hdf5Error const& error)
{
    throw OutputError(fmt::format("{} cannot be written", path), error.what(), "report this as a bug");
}

} // namespace

// HDF5 works in memory alone: when a disk is full it cannot be closed any more, and no error of the disk reaches it
// here.
void write_tree(std::string const& path, DataGroup const& root, PreviousFile previous, Packing packing)
{
    std::optional<io::MemoryFile> file;
    std::span<std::byte const> image;
    try {
        file.emplace();
        TreeWriter(file->id(), packing, nullptr, {}).write(root);
        image = file->finish();
    } catch (io::Hdf5Error const& error) {
        refuse(path, error);
    }
    write_file_atomically(path, image, make_trailer(image), previous);
}

void write_large_tree(std::string const& path, DataGroup&& root, RowSource const& rows)
{
    auto const give_up = [&](Variable const& written) {
        for (auto& variable : root.variables)
            if (&variable == &written) variable.values = std::vector<double>();
    };
    io::write_file_atomically(path, [&](io::Descriptor const& on_disk) {
        std::optional<io::StreamedFile> file;
        try {
            file.emplace(on_disk);
            TreeWriter(file->id(), Packing::quick, &rows, give_up).write(root);
            file->finish();
        } catch (io::Hdf5Error const& error) {
            if (!file || file->error() == 0) refuse(path, error);
        }
        return file->error();
    });
}

} // namespace exahca
