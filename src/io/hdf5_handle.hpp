#pragma once

#include <hdf5.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace exahca::io {

/// What HDF5 says when a call fails: "what was tried (HDF5's own innermost message)". Becomes an InvalidInput that
/// names the file before it leaves this module.
class Hdf5Error : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// Makes HDF5 silent, and unlocks its files unless the user set HDF5_USE_FILE_LOCKING. Cheap after the first call.
void prepare_hdf5();

[[noreturn]] void throw_hdf5_error(char const* tried);

/// Every return value of HDF5 passes here. \throws Hdf5Error  when it is negative
template <class Status>
Status check(Status status, char const* tried)
{
    if (status < 0) throw_hdf5_error(tried);
    return status;
}

/// Owns one HDF5 identifier.
class Handle
{
public:
    using Close = herr_t (*)(hid_t);

    /// \throws Hdf5Error  when `id` is the result of a failed call
    Handle(hid_t id, Close close, char const* tried) : id_(check(id, tried)), close_(close) {}
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept
    {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    Handle(Handle const&) = delete;
    Handle& operator=(Handle const&) = delete;
    // A failed close of something that was only read, or of a file in memory, loses nothing.
    ~Handle()
    {
        if (id_ >= 0) close_(id_);
    }

    [[nodiscard]] hid_t id() const { return id_; }

private:
    hid_t id_;
    Close close_;
};

/// Variable-length UTF-8 text, the one string type that all readers take.
Handle text_type();

} // namespace exahca::io
