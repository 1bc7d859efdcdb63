#include "io/dataset_writer.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <hdf5_hl.h>
#include <numeric>
#include <stdexcept>

namespace exahca::io {
namespace {

constexpr unsigned track_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

Handle property_list(hid_t kind) { return {::H5Pcreate(kind), ::H5Pclose, "make a property list"}; }

Handle simple_space(std::vector<std::int64_t> const& shape)
{
    if (shape.empty()) return {::H5Screate(H5S_SCALAR), ::H5Sclose, "describe a scalar"};
    std::vector<hsize_t> lengths(shape.begin(), shape.end());
    std::vector<hsize_t> limits = lengths;
    for (auto& limit : limits)
        if (limit == 0) limit = H5S_UNLIMITED;
    return {::H5Screate_simple(static_cast<int>(shape.size()), lengths.data(), limits.data()), ::H5Sclose,
            "describe a shape"};
}

/// Whole rows where they fit into a megabyte, else halves of the first dimensions until they do.
std::vector<hsize_t> chunk_shape(std::vector<std::int64_t> const& shape, std::size_t value_size)
{
    std::vector<hsize_t> chunk;
    for (auto const length : shape) chunk.push_back(length == 0 ? 1 : static_cast<hsize_t>(length));
    auto const bytes = [&] {
        return std::accumulate(chunk.begin(), chunk.end(), hsize_t{value_size}, std::multiplies<>{});
    };
    for (auto& length : chunk)
        while (length > 1 && bytes() > (1U << 20)) length = (length + 1) / 2;
    return chunk;
}

enum class Filters { none, checksum, all };

Handle dataset_properties(std::vector<std::int64_t> const& shape, std::size_t value_size, Filters filters)
{
    auto properties = property_list(H5P_DATASET_CREATE);
    check(::H5Pset_obj_track_times(properties.id(), 0), "leave out times");
    check(::H5Pset_attr_creation_order(properties.id(), track_order), "track attributes");
    bool const empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
    if (shape.empty() || (filters == Filters::none && !empty)) return properties;
    auto const chunk = chunk_shape(shape, value_size);
    check(::H5Pset_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data()), "set chunks");
    if (empty) return properties;
    if (filters == Filters::all) {
        check(::H5Pset_shuffle(properties.id()), "set the shuffle filter");
        check(::H5Pset_deflate(properties.id(), 1), "set compression");
    }
    check(::H5Pset_fletcher32(properties.id()), "set checksums");
    return properties;
}

/// The stored type is the machine's own: all supported processors are little-endian IEEE 754.
template <class T>
hid_t number_type()
{
    if constexpr (std::is_same_v<T, double>)
        return H5T_IEEE_F64LE;
    else if constexpr (std::is_same_v<T, std::int8_t>)
        return H5T_STD_I8LE;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return H5T_STD_I32LE;
    else
        return H5T_STD_I64LE;
}

template <class T>
hid_t memory_type()
{
    if constexpr (std::is_same_v<T, double>)
        return H5T_NATIVE_DOUBLE;
    else if constexpr (std::is_same_v<T, std::int8_t>)
        return H5T_NATIVE_INT8;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return H5T_NATIVE_INT32;
    else
        return H5T_NATIVE_INT64;
}

char const* as_c_text(std::string const& text)
{
    if (text.find('\0') != text.npos) throw std::logic_error("text with a zero byte cannot be stored");
    return text.c_str();
}

Handle create(hid_t group, Variable const& variable, hid_t type, std::size_t value_size, Filters filters)
{
    auto const space = simple_space(variable.shape);
    auto const properties = dataset_properties(variable.shape, value_size, filters);
    return {::H5Dcreate2(group, variable.name.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT),
            ::H5Dclose, "create a dataset"};
}

Handle write_values(hid_t group, Variable const& variable, std::vector<std::string> const& values, Filters filters)
{
    auto const type = text_type();
    auto dataset = create(group, variable, type.id(), sizeof(char*), filters);
    // Part by part: the addresses of a million names would take as much memory as one benchmark's scores.
    constexpr std::size_t at_once = std::size_t{1} << 14U;
    bool const by_parts = variable.shape.size() == 1;
    std::vector<char const*> texts;
    for (std::size_t first = 0; first < values.size(); first += texts.size()) {
        texts.clear();
        auto const count = by_parts ? std::min(at_once, values.size() - first) : values.size();
        for (std::size_t i = first; i < first + count; ++i) texts.push_back(as_c_text(values[i]));
        hsize_t const start = first, length = count;
        Handle const memory{::H5Screate_simple(1, &length, nullptr), ::H5Sclose, "describe a part"};
        Handle const file{::H5Dget_space(dataset.id()), ::H5Sclose, "describe a part"};
        if (by_parts)
            check(::H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, &start, nullptr, &length, nullptr), "choose a part");
        check(::H5Dwrite(dataset.id(), type.id(), memory.id(), file.id(), H5P_DEFAULT, texts.data()), "write texts");
    }
    return dataset;
}

template <class T>
Handle write_values(hid_t group, Variable const& variable, std::vector<T> const& values, Filters filters)
{
    // R's rhdf5 (2.42) fails on empty 64-bit integers: an empty table takes the narrower type.
    hid_t const type = values.empty() && std::is_same_v<T, std::int64_t> ? H5T_STD_I32LE : number_type<T>();
    auto dataset = create(group, variable, type, sizeof(T), filters);
    if (!values.empty())
        check(::H5Dwrite(dataset.id(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
              "write numbers");
    return dataset;
}

template <class T>
Filters filters_for(std::vector<T> const& values, Packing packing)
{
    if constexpr (std::is_same_v<T, std::string>) {
        return Filters::none;
    } else if constexpr (std::is_same_v<T, double>) {
        if (packing == Packing::compact) return Filters::all;
        auto const missing = std::count_if(values.begin(), values.end(), [](double v) { return std::isnan(v); });
        return 2 * static_cast<std::size_t>(missing) < values.size() ? Filters::checksum : Filters::all;
    } else {
        return Filters::all;
    }
}

void put_attribute(hid_t object, std::string const& name, hid_t file_type, hid_t type, hid_t space, void const* data)
{
    Handle const attribute(::H5Acreate2(object, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT), ::H5Aclose,
                           "create an attribute");
    if (data != nullptr) check(::H5Awrite(attribute.id(), type, data), "write an attribute");
}

} // namespace

Handle create_group(hid_t parent, std::string const& name)
{
    auto const creation = property_list(H5P_GROUP_CREATE);
    check(::H5Pset_obj_track_times(creation.id(), 0), "leave out times");
    check(::H5Pset_link_creation_order(creation.id(), track_order), "track the order of datasets");
    check(::H5Pset_attr_creation_order(creation.id(), track_order), "track the order of attributes");
    return {::H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, creation.id(), H5P_DEFAULT), ::H5Gclose, "create a group"};
}

Handle create_dataset(hid_t group, Variable const& variable, Packing packing)
{
    return std::visit(
        [&](auto const& values) { return write_values(group, variable, values, filters_for(values, packing)); },
        variable.values);
}

Handle create_dataset(hid_t group, Variable const& variable, RowSource const& rows)
{
    auto dataset = create(group, variable, H5T_IEEE_F64LE, sizeof(double), Filters::checksum);
    auto const length = variable.shape.at(0), width = variable.shape.at(1);
    // As many rows at once as a chunk holds: none is written in two parts.
    auto const step = static_cast<std::int64_t>(chunk_shape(variable.shape, sizeof(double))[0]);
    std::vector<double> values;
    Handle const space(::H5Dget_space(dataset.id()), ::H5Sclose, "describe a shape");
    for (std::int64_t first = 0; first < length; first += step) {
        auto const count = std::min(step, length - first);
        values.resize(static_cast<std::size_t>(count * width));
        rows.fill(first, count, values.data());
        hsize_t const start[] = {static_cast<hsize_t>(first), 0};
        hsize_t const size[] = {static_cast<hsize_t>(count), static_cast<hsize_t>(width)};
        check(::H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start, nullptr, size, nullptr), "choose rows");
        auto const part = simple_space({count, width});
        check(::H5Dwrite(dataset.id(), H5T_NATIVE_DOUBLE, part.id(), space.id(), H5P_DEFAULT, values.data()),
              "write rows");
    }
    return dataset;
}

void write_attribute(hid_t object, std::string const& name, AttributeValue const& value)
{
    if (auto const* text = std::get_if<std::string>(&value)) {
        auto const type = text_type();
        char const* const content = as_c_text(*text);
        put_attribute(object, name, type.id(), type.id(), simple_space({}).id(), &content);
    } else if (auto const* real = std::get_if<double>(&value)) {
        put_attribute(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, simple_space({}).id(), real);
    } else if (auto const* integer = std::get_if<std::int64_t>(&value)) {
        put_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, simple_space({}).id(), integer);
    } else {
        auto const& integers = std::get<std::vector<std::int64_t>>(value);
        if (integers.empty())
            throw std::logic_error(fmt::format("attribute {}: netCDF knows no empty attributes", name));
        put_attribute(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64,
                      simple_space({static_cast<std::int64_t>(integers.size())}).id(), integers.data());
    }
}

hobj_ref_t reference_to(hid_t group, std::string const& name)
{
    hobj_ref_t reference{};
    check(::H5Rcreate(&reference, group, name.c_str(), H5R_OBJECT, -1), "refer to a dataset");
    return reference;
}

void mark_as_scale(hid_t dataset, std::string const& name)
{
    check(::H5DSset_scale(dataset, name.c_str()), "mark a dimension scale");
}

hobj_ref_t write_bare_scale(hid_t group, std::string const& name, std::int64_t length)
{
    Variable const placeholder{name, {name}, {length}, std::vector<double>{}, {}, {}};
    // The type is what netCDF itself writes, contiguous and never filled: it takes no room.
    auto properties = property_list(H5P_DATASET_CREATE);
    check(::H5Pset_obj_track_times(properties.id(), 0), "leave out times");
    check(::H5Pset_attr_creation_order(properties.id(), track_order), "track attributes");
    hsize_t const one = 1;
    if (length == 0) check(::H5Pset_chunk(properties.id(), 1, &one), "set chunks");
    Handle const dataset(::H5Dcreate2(group, name.c_str(), H5T_IEEE_F32BE, simple_space(placeholder.shape).id(),
                                      H5P_DEFAULT, properties.id(), H5P_DEFAULT),
                         ::H5Dclose, "create a dimension");
    mark_as_scale(dataset.id(), fmt::format("This is a netCDF dimension but not a netCDF variable. {:10}", length));
    return reference_to(group, name);
}

void write_dimension_list(hid_t group, std::string const& name, std::vector<hobj_ref_t> scales)
{
    Handle const dataset(::H5Dopen2(group, name.c_str(), H5P_DEFAULT), ::H5Dclose, "open a dataset");
    Handle const type(::H5Tvlen_create(H5T_STD_REF_OBJ), ::H5Tclose, "make a list type");
    std::vector<hvl_t> lists;
    for (auto& scale : scales) lists.push_back({1, &scale});
    put_attribute(dataset.id(), "DIMENSION_LIST", type.id(), type.id(),
                  simple_space({static_cast<std::int64_t>(lists.size())}).id(), lists.data());
}

void write_reference_list(hid_t file, hobj_ref_t scale, std::vector<ScaleUse> const& uses)
{
    if (uses.empty()) return;
    Handle const dataset(::H5Rdereference2(file, H5P_DEFAULT, H5R_OBJECT, &scale), ::H5Dclose, "open a dimension");
    Handle const type(::H5Tcreate(H5T_COMPOUND, sizeof(ScaleUse)), ::H5Tclose, "make a list type");
    check(::H5Tinsert(type.id(), "dataset", offsetof(ScaleUse, dataset), H5T_STD_REF_OBJ), "make a list type");
    check(::H5Tinsert(type.id(), "dimension", offsetof(ScaleUse, axis), H5T_NATIVE_INT), "make a list type");
    put_attribute(dataset.id(), "REFERENCE_LIST", type.id(), type.id(),
                  simple_space({static_cast<std::int64_t>(uses.size())}).id(), uses.data());
}

} // namespace exahca::io
