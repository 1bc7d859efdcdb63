#include "io/score_source.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace exahca::io {
namespace {

constexpr char const* layout_remedy = "docs/file_format.md shows how to write a score file with h5py";

herr_t refuse_other_files(char const*, char const*, char const*, char const*, unsigned*, hid_t, void*) { return -1; }

/// Follows symbolic links inside the file, and none to another file.
Handle inside_this_file()
{
    Handle access(::H5Pcreate(H5P_LINK_ACCESS), ::H5Pclose, "make a property list");
    check(::H5Pset_elink_cb(access.id(), refuse_other_files, nullptr), "refuse links to other files");
    return access;
}

} // namespace

ScoreSource::ScoreSource(std::string const& path) : path_(path), file_(path, TrailerPolicy::optional) {}

void ScoreSource::complain(std::string const& problem, std::string const& why, std::string const& remedy) const
{
    throw InvalidInput(fmt::format("{}: {}", path_, problem), why, remedy.empty() ? layout_remedy : remedy);
}

bool ScoreSource::has(std::string const& name) const
{
    try {
        return check(::H5Lexists(file_.id(), name.c_str(), inside_this_file().id()), "look for a dataset") > 0;
    } catch (Hdf5Error const& error) {
        complain(fmt::format("\"{}\" cannot be looked for", name), error.what(),
                 "the file may be damaged; make it again");
    }
}

void ScoreSource::check_link(std::string const& name) const
{
    if (!has(name)) complain(fmt::format("there is no dataset \"{}\"", name), {});
    H5L_info_t link{};
    check(::H5Lget_info(file_.id(), name.c_str(), &link, inside_this_file().id()), "read a link");
    if (link.type == H5L_TYPE_HARD) return;
    if (link.type != H5L_TYPE_SOFT)
        complain(fmt::format("\"{}\" is a link to another file", name), "such files break when they are moved",
                 "store the dataset itself");
    if (::H5Oexists_by_name(file_.id(), name.c_str(), inside_this_file().id()) <= 0) {
        ::H5Eclear2(H5E_DEFAULT);
        complain(fmt::format("\"{}\" is a symbolic link that leads nowhere", name),
                 "its target is missing, goes round in a circle or lies in another file", "store the dataset itself");
    }
}

Handle ScoreSource::open_dataset(std::string const& name) const
{
    check_link(name);
    Handle object(::H5Oopen(file_.id(), name.c_str(), inside_this_file().id()), ::H5Oclose, "open it");
    if (::H5Iget_type(object.id()) != H5I_DATASET)
        complain(fmt::format("\"{}\" is not a dataset", name),
                 ::H5Iget_type(object.id()) == H5I_GROUP ? "it is a group" : "it is a stored type");
    return object;
}

Values ScoreSource::values(Handle const& dataset, std::string const& name) const
{
    Handle const properties(::H5Dget_create_plist(dataset.id()), ::H5Pclose, "read a dataset's properties");
    if (::H5Pget_external_count(properties.id()) > 0)
        complain(fmt::format("\"{}\" keeps its values in another file", name), {}, "store the values in the file");
    return read_values(dataset.id(), file_.size());
}

std::vector<std::string> ScoreSource::texts(std::string const& name) const
{
    try {
        auto const dataset = open_dataset(name);
        auto const shape = shape_of(dataset.id());
        if (shape.size() != 1)
            complain(fmt::format("\"{}\" is not a list", name),
                     fmt::format("it has {} dimensions, not 1", shape.size()));
        auto read = values(dataset, name);
        if (auto* list = std::get_if<std::vector<std::string>>(&read)) return std::move(*list);
        complain(fmt::format("\"{}\" does not hold text", name), "it holds numbers");
    } catch (Hdf5Error const& error) {
        complain(fmt::format("\"{}\" cannot be read", name), error.what());
    }
}

ScoreSource::Numbers ScoreSource::numbers(std::string const& name, std::size_t rank) const
{
    try {
        auto const dataset = open_dataset(name);
        Numbers numbers{shape_of(dataset.id()), {}};
        if (numbers.shape.size() != rank)
            complain(fmt::format("\"{}\" has {} dimensions, not {}", name, numbers.shape.size(), rank), {});
        numbers.values = std::visit(
            [&](auto const& stored) -> std::vector<double> {
                using Stored = typename std::decay_t<decltype(stored)>::value_type;
                if constexpr (std::is_arithmetic_v<Stored>) {
                    std::vector<double> reals(stored.size());
                    std::transform(stored.begin(), stored.end(), reals.begin(),
                                   [](Stored value) { return static_cast<double>(value); });
                    return reals;
                } else
                    complain(fmt::format("\"{}\" does not hold numbers", name), "it holds text");
            },
            values(dataset, name));
        return numbers;
    } catch (Hdf5Error const& error) {
        complain(fmt::format("\"{}\" cannot be read", name), error.what());
    }
}

DataGroup ScoreSource::attributes(std::string const& group) const
{
    try {
        Handle const object(::H5Oopen(file_.id(), group.c_str(), inside_this_file().id()), ::H5Oclose, "open a group");
        DataGroup found;
        for (auto const& name : attribute_names(object.id()))
            if (auto value = read_attribute(object.id(), name)) found.attributes.emplace_back(name, std::move(*value));
        return found;
    } catch (Hdf5Error const& error) {
        complain(fmt::format("the attributes of \"{}\" cannot be read", group), error.what());
    }
}

} // namespace exahca::io
