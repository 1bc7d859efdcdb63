#include "io/dataset_reader.hpp"

#include "io/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <new>

namespace exahca::io {
namespace {

// Deflate cannot do better than 1032 to 1; the text of an empty string takes 16 bytes in the file and 8 here.
constexpr std::uint64_t best_compression = 1100;

std::uint64_t count_within(std::vector<std::int64_t> const& shape, std::size_t value_size, std::uint64_t stored)
{
    std::uint64_t const limit = stored * best_compression / std::max<std::size_t>(1, value_size);
    std::uint64_t count = 1;
    if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
    for (auto const length : shape) {
        if (static_cast<std::uint64_t>(length) > limit / count)
            throw Hdf5Error("it declares more values than the file can hold");
        count *= static_cast<std::uint64_t>(length);
    }
    return count;
}

std::uint64_t count_of(hid_t dataset, std::size_t value_size, std::size_t file_size)
{
    // Values that were never written have no storage: they would all be the fill value.
    std::uint64_t const stored = ::H5Dget_storage_size(dataset);
    return count_within(shape_of(dataset), value_size, std::min<std::uint64_t>(stored, file_size));
}

std::string checked_text(std::string text)
{
    if (!is_utf8_text(text)) throw Hdf5Error("it holds text that is not UTF-8");
    return text;
}

/// Takes over variable-length texts, and frees what HDF5 allocated whatever happens.
std::vector<std::string> take_texts(std::vector<char*>& pointers, hid_t type, hid_t space)
{
    std::vector<std::string> texts;
    try {
        for (char const* text : pointers) texts.push_back(checked_text(text == nullptr ? "" : text));
    } catch (...) {
        ::H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
        throw;
    }
    ::H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
    return texts;
}

std::string trimmed(char const* begin, std::size_t size, H5T_str_t padding)
{
    std::string text(begin, size);
    text.erase(std::min(text.find('\0'), text.size()));
    if (padding == H5T_STR_SPACEPAD) text.erase(text.find_last_not_of(' ') + 1);
    return text;
}

std::vector<std::string> read_fixed_texts(hid_t dataset, hid_t stored_type, std::uint64_t count)
{
    std::size_t const size = ::H5Tget_size(stored_type);
    auto const padding = check(::H5Tget_strpad(stored_type), "read a text's padding");
    std::vector<char> characters(count * size);
    check(::H5Dread(dataset, stored_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, characters.data()), "read texts");
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < count; ++i)
        texts.push_back(checked_text(trimmed(characters.data() + i * size, size, padding)));
    return texts;
}

std::vector<std::string> read_texts(hid_t dataset, hid_t stored_type, std::size_t file_size)
{
    bool const variable = check(::H5Tis_variable_str(stored_type), "read a text type") > 0;
    auto const count = count_of(dataset, variable ? 16 : ::H5Tget_size(stored_type), file_size);
    if (count == 0) return {};
    if (!variable) return read_fixed_texts(dataset, stored_type, count);
    Handle const type(::H5Tcopy(stored_type), ::H5Tclose, "read a text type");
    Handle const space(::H5Dget_space(dataset), ::H5Sclose, "read a shape");
    std::vector<char*> pointers(count, nullptr);
    check(::H5Dread(dataset, type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()), "read texts");
    return take_texts(pointers, type.id(), space.id());
}

template <class T>
std::vector<T> read_numbers(hid_t dataset, hid_t memory_type, std::size_t stored_size, std::size_t file_size)
{
    std::vector<T> values(count_of(dataset, stored_size, file_size));
    if (!values.empty())
        check(::H5Dread(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), "read numbers");
    return values;
}

Values read_integers(hid_t dataset, hid_t stored_type, std::size_t file_size)
{
    std::size_t const size = ::H5Tget_size(stored_type);
    bool const is_signed = check(::H5Tget_sign(stored_type), "read a number type") == H5T_SGN_2;
    if (size == 1 && is_signed) return read_numbers<std::int8_t>(dataset, H5T_NATIVE_INT8, size, file_size);
    if (size < 4 || (size == 4 && is_signed))
        return read_numbers<std::int32_t>(dataset, H5T_NATIVE_INT32, size, file_size);
    if (size == 4 || is_signed) return read_numbers<std::int64_t>(dataset, H5T_NATIVE_INT64, size, file_size);
    throw Hdf5Error("it holds unsigned 64-bit integers, which not every reader knows; use signed ones");
}

/// The two-valued enumeration over int8 that h5py makes of booleans.
std::vector<std::int8_t> read_booleans(hid_t dataset, hid_t stored_type, std::size_t file_size)
{
    Handle const base(::H5Tget_super(stored_type), ::H5Tclose, "read an enumeration type");
    if (::H5Tget_size(base.id()) != 1 || ::H5Tget_nmembers(stored_type) != 2)
        throw Hdf5Error("it holds an enumeration other than booleans");
    return read_numbers<std::int8_t>(dataset, stored_type, 1, file_size);
}

/// Filters that other programs bring, such as h5py's lzf, cannot be undone here.
void check_filters(hid_t dataset)
{
    Handle const properties(::H5Dget_create_plist(dataset), ::H5Pclose, "read a dataset's properties");
    int const count = check(::H5Pget_nfilters(properties.id()), "read a dataset's filters");
    for (int i = 0; i < count; ++i) {
        unsigned flags = 0, configuration = 0;
        std::size_t value_count = 0;
        char name[64] = {};
        auto const filter = check(::H5Pget_filter2(properties.id(), static_cast<unsigned>(i), &flags, &value_count,
                                                   nullptr, sizeof name - 1, name, &configuration),
                                  "read a dataset's filters");
        if (::H5Zfilter_avail(filter) <= 0)
            throw Hdf5Error(fmt::format(
                "it is compressed with filter {} \"{}\", which HDF5 itself does not have; use gzip", filter, name));
    }
}

Values read_any(hid_t dataset, std::size_t file_size)
{
    check_filters(dataset);
    Handle const type(::H5Dget_type(dataset), ::H5Tclose, "read a type");
    switch (::H5Tget_class(type.id())) {
    case H5T_FLOAT:
        return read_numbers<double>(dataset, H5T_NATIVE_DOUBLE, ::H5Tget_size(type.id()), file_size);
    case H5T_INTEGER:
        return read_integers(dataset, type.id(), file_size);
    case H5T_STRING:
        return read_texts(dataset, type.id(), file_size);
    case H5T_ENUM:
        return read_booleans(dataset, type.id(), file_size);
    default:
        throw Hdf5Error("it holds neither numbers nor text");
    }
}

std::optional<AttributeValue> read_integer_attribute(hid_t attribute, hid_t space)
{
    auto const count = check(::H5Sget_simple_extent_npoints(space), "read an attribute's shape");
    if (count < 1 || count > 4096) return {};
    std::vector<std::int64_t> values(static_cast<std::size_t>(count));
    check(::H5Aread(attribute, H5T_NATIVE_INT64, values.data()), "read an attribute");
    if (::H5Sget_simple_extent_type(space) == H5S_SCALAR) return values.front();
    return values;
}

std::optional<AttributeValue> read_attribute_text(hid_t attribute, hid_t type, hid_t space)
{
    if (check(::H5Tis_variable_str(type), "read an attribute's type") > 0) {
        std::vector<char*> pointers(1, nullptr);
        check(::H5Aread(attribute, type, pointers.data()), "read an attribute");
        return take_texts(pointers, type, space).front();
    }
    std::size_t const size = ::H5Tget_size(type);
    std::vector<char> characters(size);
    check(::H5Aread(attribute, type, characters.data()), "read an attribute");
    return checked_text(trimmed(characters.data(), size, ::H5Tget_strpad(type)));
}

} // namespace

std::vector<std::int64_t> shape_of(hid_t dataset)
{
    Handle const space(::H5Dget_space(dataset), ::H5Sclose, "read a shape");
    if (::H5Sget_simple_extent_type(space.id()) == H5S_NULL) throw Hdf5Error("it has no shape");
    int const rank = check(::H5Sget_simple_extent_ndims(space.id()), "read a shape");
    std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
    check(::H5Sget_simple_extent_dims(space.id(), lengths.data(), nullptr), "read a shape");
    std::vector<std::int64_t> shape;
    for (auto const length : lengths) {
        if (length > (std::uint64_t{1} << 62)) throw Hdf5Error("it declares more values than the file can hold");
        shape.push_back(static_cast<std::int64_t>(length));
    }
    return shape;
}

Values read_values(hid_t dataset, std::size_t file_size)
{
    try {
        return read_any(dataset, file_size);
    } catch (std::bad_alloc const&) {
        throw Hdf5Error("it does not fit in memory");
    }
}

std::optional<AttributeValue> read_attribute(hid_t object, std::string const& name)
{
    if (check(::H5Aexists(object, name.c_str()), "look for an attribute") == 0) return {};
    Handle const attribute(::H5Aopen(object, name.c_str(), H5P_DEFAULT), ::H5Aclose, "open an attribute");
    Handle const type(::H5Aget_type(attribute.id()), ::H5Tclose, "read an attribute's type");
    Handle const space(::H5Aget_space(attribute.id()), ::H5Sclose, "read an attribute's shape");
    auto const type_class = ::H5Tget_class(type.id());
    if (type_class == H5T_INTEGER) return read_integer_attribute(attribute.id(), space.id());
    if (check(::H5Sget_simple_extent_npoints(space.id()), "read an attribute's shape") != 1) return {};
    if (type_class == H5T_STRING) return read_attribute_text(attribute.id(), type.id(), space.id());
    if (type_class != H5T_FLOAT) return {};
    double value = 0;
    check(::H5Aread(attribute.id(), H5T_NATIVE_DOUBLE, &value), "read an attribute");
    return value;
}

std::optional<std::string> read_text_attribute(hid_t object, std::string const& name)
{
    auto value = read_attribute(object, name);
    auto* text = value ? std::get_if<std::string>(&*value) : nullptr;
    return text == nullptr ? std::optional<std::string>{} : std::move(*text);
}

std::vector<std::string> attribute_names(hid_t object)
{
    std::vector<std::string> names;
    auto const collect = [](hid_t, char const* name, H5A_info_t const*, void* list) -> herr_t {
        static_cast<std::vector<std::string>*>(list)->emplace_back(name);
        return 0;
    };
    hsize_t start = 0;
    if (::H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, &start, collect, &names) < 0) {
        ::H5Eclear2(H5E_DEFAULT);
        names.clear();
        start = 0;
        check(::H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, &start, collect, &names), "list attributes");
    }
    return names;
}

} // namespace exahca::io
