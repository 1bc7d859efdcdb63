#include "exahca/model/row_domains.hpp"

#include <array>
#include <cstring>
#include <unordered_map>

namespace exahca {
namespace {

/// Places of names. A large table has few base models, which come again and again: a small table of those seen last
/// says nearly always where one is, with one comparison.
class NamePlaces
{
public:
    explicit NamePlaces(std::vector<std::string_view>& names) : names_(names) { places_.emplace("", 0); }

    std::uint32_t find(std::string_view name)
    {
        // Slots start at the empty name, place 0; one of another name costs a look into the map.
        auto& last = last_[slot_of(name)];
        if (names_[last] == name) return last;
        auto const [place, is_new] = places_.emplace(name, static_cast<std::uint32_t>(names_.size()));
        if (is_new) names_.push_back(name);
        return last = place->second;
    }

private:
    static constexpr std::size_t slots = 1024;

    /// By length and the last bytes: what tells base models apart is often at their ends.
    static std::size_t slot_of(std::string_view name)
    {
        std::uint64_t tail = 0;
        auto const count = std::min(name.size(), sizeof tail);
        std::memcpy(&tail, name.data() + name.size() - count, count);
        // The upper ten bits of a product with 2^64 over the golden ratio.
        return ((tail + name.size()) * 0x9e3779b97f4a7c15) >> 54U;
    }

    std::vector<std::string_view>& names_;
    std::unordered_map<std::string_view, std::uint32_t> places_;
    std::array<std::uint32_t, slots> last_{};
};

} // namespace

RowDomains domains_of(std::span<std::string const> base_models)
{
    RowDomains domains;
    NamePlaces places(domains.names);
    domains.of_row.reserve(base_models.size());
    for (std::string const& name : base_models) domains.of_row.push_back(places.find(name));
    return domains;
}

std::vector<std::vector<Index>> rows_of(RowDomains const& domains)
{
    // Counted first, so that no list has to grow.
    std::vector<std::size_t> counts(domains.names.size());
    for (auto const place : domains.of_row) ++counts[place];
    std::vector<std::vector<Index>> rows(domains.names.size());
    for (std::size_t k = 0; k < rows.size(); ++k) rows[k].reserve(counts[k]);
    for (std::size_t i = 0; i < domains.of_row.size(); ++i) rows[domains.of_row[i]].push_back(static_cast<Index>(i));
    return rows;
}

} // namespace exahca
