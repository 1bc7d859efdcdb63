#include "io/hdf5_handle.hpp"

#include <cstdlib>

namespace exahca::io {
namespace {

// Called from the outermost to the innermost entry of the error stack: the last description kept is the cause.
herr_t keep_description(unsigned, H5E_error2_t const* entry, void* text)
{
    if (entry->desc != nullptr && entry->desc[0] != '\0') *static_cast<std::string*>(text) = entry->desc;
    return 0;
}

} // namespace

void prepare_hdf5()
{
    static bool const prepared = [] {
        ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0); // keeps what the user set
        ::H5open();
        ::H5PLset_loading_state(0); // a file shall not make the program load code
        return true;
    }();
    static_cast<void>(prepared);
    // Error stacks belong to threads, so each call sets it for its own.
    ::H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void throw_hdf5_error(char const* tried)
{
    std::string cause;
    ::H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_description, &cause);
    ::H5Eclear2(H5E_DEFAULT);
    throw Hdf5Error(cause.empty() ? std::string("cannot ") + tried
                                  : std::string("cannot ") + tried + ": HDF5 says: " + cause);
}

Handle text_type()
{
    Handle type(::H5Tcopy(H5T_C_S1), ::H5Tclose, "make a text type");
    check(::H5Tset_size(type.id(), H5T_VARIABLE), "make a text type");
    check(::H5Tset_cset(type.id(), H5T_CSET_UTF8), "make a text type");
    return type;
}

} // namespace exahca::io
