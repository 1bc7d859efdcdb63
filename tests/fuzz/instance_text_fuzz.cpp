// Does any text make the reader of unmixing matrices crash, hang, or return matrices that break its promises?
#include "exahca/core/error.hpp"
#include "exahca/search/instance_text.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition)
{
    if (!condition) std::abort();
}

void check(std::vector<exahca::Matrix> const& unmixing)
{
    require(!unmixing.empty());
    for (auto const& matrix : unmixing) {
        require(matrix.rows() == unmixing[0].rows() && matrix.cols() == unmixing[0].cols());
        require(1 <= matrix.rows() && matrix.rows() <= matrix.cols() && matrix.allFinite());
    }
    require(exahca::parse_unmixing_text(exahca::format_unmixing_text(unmixing), "again.txt") == unmixing);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    try {
        check(exahca::parse_unmixing_text({reinterpret_cast<char const*>(data), size}, "fuzz.txt"));
    } catch (exahca::Error const&) {
    }
    return 0;
}
