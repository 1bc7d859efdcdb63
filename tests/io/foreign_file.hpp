#pragma once

#include <hdf5.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace exahca {

/// Writes HDF5 files as other programs write them: contiguous, without dimension scales, digest or attributes, and with
/// whatever a test wants to be wrong.
class ForeignFile
{
public:
    explicit ForeignFile(std::string const& path)
        : file_(must(::H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)))
    {
    }
    ForeignFile(ForeignFile const&) = delete;
    ForeignFile& operator=(ForeignFile const&) = delete;
    ~ForeignFile() { ::H5Fclose(file_); }

    void texts(std::string const& name, std::vector<std::string> const& values, std::vector<hsize_t> shape = {})
    {
        auto const type = text_type(H5T_VARIABLE);
        std::vector<char const*> pointers;
        for (auto const& value : values) pointers.push_back(value.c_str());
        if (shape.empty()) shape = {values.size()};
        write(name, shape, type, type, pointers.data());
        ::H5Tclose(type);
    }
    void fixed_texts(std::string const& name, std::vector<std::string> const& values, std::size_t size)
    {
        auto const type = text_type(size);
        std::string characters;
        for (auto const& value : values) characters += value + std::string(size - value.size(), '\0');
        write(name, {values.size()}, type, type, characters.data());
        ::H5Tclose(type);
    }
    void numbers(std::string const& name, std::vector<hsize_t> const& shape, std::vector<double> const& values,
                 hid_t type = H5T_IEEE_F64LE)
    {
        write(name, shape, type, H5T_NATIVE_DOUBLE, values.data());
    }
    void compound(std::string const& name)
    {
        auto const type = must(::H5Tcreate(H5T_COMPOUND, 8));
        must(::H5Tinsert(type, "score", 0, H5T_NATIVE_DOUBLE));
        double const values[6] = {};
        write(name, {3, 2}, type, type, values);
        ::H5Tclose(type);
    }
    /// Declared, never written: HDF5 stores nothing for it.
    void unwritten(std::string const& name, std::vector<hsize_t> const& shape)
    {
        create_chunked(name, shape, H5T_IEEE_F64LE);
    }
    void unwritten_texts(std::string const& name, hsize_t count)
    {
        auto const type = text_type(H5T_VARIABLE);
        create_chunked(name, {count}, type);
        ::H5Tclose(type);
    }
    void external_values(std::string const& name, std::vector<hsize_t> const& shape, std::string const& path)
    {
        auto const properties = must(::H5Pcreate(H5P_DATASET_CREATE));
        must(::H5Pset_external(properties, path.c_str(), 0, H5F_UNLIMITED));
        create(name, shape, H5T_IEEE_F64LE, properties);
        ::H5Pclose(properties);
    }
    void group(std::string const& name)
    {
        ::H5Gclose(must(::H5Gcreate2(file_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
    }
    void soft_link(std::string const& name, std::string const& target)
    {
        must(::H5Lcreate_soft(target.c_str(), file_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
    }
    void external_link(std::string const& name, std::string const& path, std::string const& target)
    {
        must(::H5Lcreate_external(path.c_str(), target.c_str(), file_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
    }
    void hard_link(std::string const& name, std::string const& target)
    {
        must(::H5Lcreate_hard(file_, target.c_str(), file_, name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
    }
    void text_attribute(std::string const& name, std::string const& value)
    {
        auto const type = text_type(value.size());
        auto const space = must(::H5Screate(H5S_SCALAR));
        auto const attribute = must(::H5Acreate2(file_, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT));
        must(::H5Awrite(attribute, type, value.data()));
        ::H5Aclose(attribute);
        ::H5Sclose(space);
        ::H5Tclose(type);
    }
    void version_attribute(std::int64_t major, std::int64_t minor)
    {
        hsize_t const two = 2;
        std::int64_t const values[] = {major, minor};
        auto const space = must(::H5Screate_simple(1, &two, nullptr));
        auto const attribute =
            must(::H5Acreate2(file_, "format_version", H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT));
        must(::H5Awrite(attribute, H5T_NATIVE_INT64, values));
        ::H5Aclose(attribute);
        ::H5Sclose(space);
    }

private:
    template <class Status>
    static Status must(Status status)
    {
        if (status < 0) throw std::runtime_error("HDF5 refused to write a test file");
        return status;
    }
    static hid_t text_type(std::size_t size)
    {
        auto const type = must(::H5Tcopy(H5T_C_S1));
        must(::H5Tset_size(type, size));
        must(::H5Tset_cset(type, H5T_CSET_UTF8));
        return type;
    }
    void create(std::string const& name, std::vector<hsize_t> const& shape, hid_t type, hid_t properties)
    {
        auto const space = must(::H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
        ::H5Dclose(must(::H5Dcreate2(file_, name.c_str(), type, space, H5P_DEFAULT, properties, H5P_DEFAULT)));
        ::H5Sclose(space);
    }
    void create_chunked(std::string const& name, std::vector<hsize_t> const& shape, hid_t type)
    {
        auto const properties = must(::H5Pcreate(H5P_DATASET_CREATE));
        std::vector<hsize_t> const chunk(shape.size(), 2);
        must(::H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()));
        create(name, shape, type, properties);
        ::H5Pclose(properties);
    }
    void write(std::string const& name, std::vector<hsize_t> const& shape, hid_t type, hid_t memory_type,
               void const* values)
    {
        create(name, shape, type, H5P_DEFAULT);
        auto const dataset = must(::H5Dopen2(file_, name.c_str(), H5P_DEFAULT));
        must(::H5Dwrite(dataset, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values));
        ::H5Dclose(dataset);
    }

    hid_t file_;
};

} // namespace exahca
