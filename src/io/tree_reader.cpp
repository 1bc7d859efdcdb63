#include "exahca/core/error.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/results/stored_version.hpp"
#include "io/dataset_reader.hpp"
#include "io/file_image.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

namespace exahca {
namespace {

using io::check;
using io::Handle;
using io::Hdf5Error;

constexpr int deepest_group = 32;
constexpr std::string_view bare_scale = "This is a netCDF dimension but not a netCDF variable";
// Attributes by which HDF5 and netCDF keep their own books.
constexpr std::array<std::string_view, 10> bookkeeping = {
    "CLASS",         "NAME",        "REFERENCE_LIST",   "DIMENSION_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates",
    "_NCProperties", "_nc3_strict", "DIMENSION_LABELS", "_FillValue"};

std::string link_name(hid_t group, H5_index_t index, hsize_t position)
{
    auto const size =
        check(::H5Lget_name_by_idx(group, ".", index, H5_ITER_INC, position, nullptr, 0, H5P_DEFAULT), "list a group");
    std::string name(static_cast<std::size_t>(size) + 1, '\0');
    check(::H5Lget_name_by_idx(group, ".", index, H5_ITER_INC, position, name.data(), name.size(), H5P_DEFAULT),
          "list a group");
    name.pop_back();
    return name;
}

bool order_is_tracked(hid_t group)
{
    Handle const properties(::H5Gget_create_plist(group), ::H5Pclose, "read a group's properties");
    unsigned flags = 0;
    check(::H5Pget_link_creation_order(properties.id(), &flags), "read a group's properties");
    return (flags & H5P_CRT_ORDER_INDEXED) != 0;
}

class TreeReader
{
public:
    explicit TreeReader(io::FileImage const& file) : file_(file) {}

    DataGroup read()
    {
        Handle const root(::H5Gopen2(file_.id(), "/", H5P_DEFAULT), ::H5Gclose, "open the root group");
        visit(root.id(), "/");
        return read_group(root.id(), "", 0);
    }
    /// Where reading stands, for messages.
    [[nodiscard]] std::string const& place() const { return place_; }

private:
    struct Member
    {
        std::string name;
        Handle object;
        H5O_info_t info;
    };

    /// The object's address. A file in which two links lead to one object is no tree; it may even be endless.
    H5O_info_t visit(hid_t object, std::string const& name)
    {
        H5O_info_t info{};
        check(::H5Oget_info2(object, &info, H5O_INFO_BASIC), "read an object");
        if (!visited_.insert(info.addr).second)
            throw Hdf5Error(fmt::format("{} is a second link to the same object, perhaps a cycle", name));
        return info;
    }

    std::vector<Member> open_members(hid_t group, std::string const& path)
    {
        auto const index = order_is_tracked(group) ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
        H5G_info_t content{};
        check(::H5Gget_info(group, &content), "read a group");
        std::vector<Member> members;
        for (hsize_t i = 0; i < content.nlinks; ++i) {
            auto name = link_name(group, index, i);
            place_ = path + "/" + name;
            H5L_info_t link{};
            check(::H5Lget_info(group, name.c_str(), &link, H5P_DEFAULT), "read a link");
            if (link.type == H5L_TYPE_EXTERNAL) throw Hdf5Error("it is a link to another file");
            if (link.type != H5L_TYPE_HARD) throw Hdf5Error("it is a symbolic link");
            Handle object(::H5Oopen(group, name.c_str(), H5P_DEFAULT), ::H5Oclose, "open an object");
            auto const info = visit(object.id(), name);
            scale_names_.emplace(info.addr, name);
            members.push_back({std::move(name), std::move(object), info});
        }
        return members;
    }

    DataGroup read_group(hid_t group, std::string const& path, int depth)
    {
        place_ = path.empty() ? "/" : path;
        if (depth > deepest_group) throw Hdf5Error("groups are nested too deeply");
        DataGroup content;
        for (auto const& name : io::attribute_names(group))
            if (std::find(bookkeeping.begin(), bookkeeping.end(), name) == bookkeeping.end())
                if (auto value = io::read_attribute(group, name))
                    content.attributes.emplace_back(name, std::move(*value));
        auto const members = open_members(group, path);
        for (auto const& member : members) {
            place_ = path + "/" + member.name;
            if (member.info.type == H5O_TYPE_DATASET) read_variable(member, content);
        }
        for (auto const& member : members) {
            if (member.info.type == H5O_TYPE_GROUP)
                content.groups.push_back(
                    {member.name, read_group(member.object.id(), path + "/" + member.name, depth + 1)});
        }
        return content;
    }

    void read_variable(Member const& member, DataGroup& content)
    {
        auto const dataset = member.object.id();
        if (io::read_text_attribute(dataset, "NAME").value_or("").starts_with(bare_scale)) return;
        Variable variable{member.name, {}, io::shape_of(dataset), io::read_values(dataset, file_.size()), {}, {}};
        variable.dims = dimension_names(dataset, member.name, variable.shape.size());
        variable.units = io::read_text_attribute(dataset, "units").value_or("");
        variable.description = io::read_text_attribute(dataset, "long_name").value_or("");
        content.variables.push_back(std::move(variable));
    }

    std::vector<std::string> dimension_names(hid_t dataset, std::string const& name, std::size_t rank)
    {
        if (rank == 1 && io::read_text_attribute(dataset, "CLASS") == "DIMENSION_SCALE") return {name};
        std::vector<std::string> names;
        for (std::size_t i = 0; i < rank; ++i) names.push_back(fmt::format("dim_{}", i));
        if (rank == 0 || check(::H5Aexists(dataset, "DIMENSION_LIST"), "look for dimensions") == 0) return names;
        Handle const attribute(::H5Aopen(dataset, "DIMENSION_LIST", H5P_DEFAULT), ::H5Aclose, "open dimensions");
        Handle const type(::H5Tvlen_create(H5T_STD_REF_OBJ), ::H5Tclose, "make a list type");
        Handle const space(::H5Aget_space(attribute.id()), ::H5Sclose, "read dimensions");
        if (::H5Sget_simple_extent_npoints(space.id()) != static_cast<hssize_t>(rank))
            throw Hdf5Error("its list of dimensions does not fit its shape");
        std::vector<hvl_t> lists(rank);
        check(::H5Aread(attribute.id(), type.id(), lists.data()), "read dimensions");
        for (std::size_t i = 0; i < rank; ++i)
            if (lists[i].len > 0) names[i] = scale_name(dataset, static_cast<hobj_ref_t*>(lists[i].p), names[i]);
        ::H5Dvlen_reclaim(type.id(), space.id(), H5P_DEFAULT, lists.data());
        return names;
    }

    // HDF5's object references are addresses; scales stand in the same group or above, so their names are known.
    std::string scale_name(hid_t dataset, hobj_ref_t* reference, std::string const& otherwise)
    {
        auto const id = ::H5Rdereference2(dataset, H5P_DEFAULT, H5R_OBJECT, reference);
        if (id < 0) return otherwise;
        Handle const scale(id, ::H5Oclose, "open a dimension");
        H5O_info_t info{};
        if (::H5Oget_info2(scale.id(), &info, H5O_INFO_BASIC) < 0) return otherwise;
        auto const found = scale_names_.find(info.addr);
        return found == scale_names_.end() ? otherwise : found->second;
    }

    io::FileImage const& file_;
    std::set<haddr_t> visited_;
    std::map<haddr_t, std::string> scale_names_;
    std::string place_ = "/";
};

} // namespace

DataGroup read_tree(std::string const& path, TrailerPolicy trailer)
{
    io::FileImage const file(path, trailer);
    TreeReader reader(file);
    try {
        return reader.read();
    } catch (Hdf5Error const& error) {
        throw InvalidInput(fmt::format("{}: {} cannot be used", path, reader.place()), error.what(),
                           "make the file again, or mend it with h5py");
    }
}

void check_file_kind(DataGroup const& root, std::string const& path, std::string_view filetype, FormatVersion newest,
                     std::int64_t oldest_major)
{
    auto const* kind = root.find_attribute("filetype");
    auto const* name = kind == nullptr ? nullptr : std::get_if<std::string>(kind);
    if (name == nullptr)
        throw InvalidInput(fmt::format("{} does not say what it is", path), "it has no attribute \"filetype\"",
                           "name a file that exahca wrote");
    if (*name != filetype)
        throw InvalidInput(fmt::format("{} is of another kind", path),
                           fmt::format("its filetype is \"{}\", not \"{}\"", *name, filetype), "name the right file");
    auto const found = [&] {
        try {
            return format_version_of(root);
        } catch (InvalidInput const& error) {
            throw InvalidInput(fmt::format("{}: {}", path, error.what()));
        }
    }();
    if (found.major >= oldest_major && found.major <= newest.major) return;
    auto const known = oldest_major == newest.major ? fmt::format("{}.x", newest.major)
                                                    : fmt::format("{}.x to {}.x", oldest_major, newest.major);
    throw InvalidInput(fmt::format("{} has format {}", path, to_string(found)),
                       fmt::format("exahca {} reads format {}", version(), known),
                       found.major > newest.major ? "use a newer exahca" : "make the file again with this exahca");
}

} // namespace exahca
