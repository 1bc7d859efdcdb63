// Does any text, taken as a table of base models, as a name that a pattern or the leaderboard's rule looks at, make
// these crash, hang, or answer what they do not promise?
#include "exahca/core/error.hpp"
#include "exahca/io/domain_source.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition)
{
    if (!condition) std::abort();
}

/// The text's first lines, as many as there are pieces; the last piece is the rest.
std::array<std::string_view, 3> pieces_of(std::string_view text)
{
    std::array<std::string_view, 3> pieces;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        auto const end = i + 1 < pieces.size() ? text.find('\n') : text.npos;
        pieces[i] = text.substr(0, end);
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return pieces;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    try {
        for (auto const& [model, domain] : exahca::read_domain_text(text, "fuzz.csv", "model", "base_model"))
            require(!domain.empty());
    } catch (exahca::Error const&) {
    }
    static std::array const patterns{exahca::DomainPattern("^[^/]*/(.*)-[0-9]+b"), exahca::DomainPattern("[a-z]+|(x)?"),
                                     exahca::DomainPattern("(?:(qwen|llama)[-_.0-9]*)+$")};
    for (auto const& pattern : patterns) {
        try {
            require(text.find(pattern.find(text)) != text.npos);
        } catch (exahca::Error const&) {
        }
    }
    auto const [name, base_field, architecture] = pieces_of(text);
    for (double const size_in_billions : {-1.0, 7.2, 14.0})
        if (auto const base_model = exahca::open_llm_base_model(name, base_field, architecture, size_in_billions);
            !base_model.empty())
            require(base_model.ends_with('b') && base_model.find('-') != base_model.npos);
    return 0;
}
