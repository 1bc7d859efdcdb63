#include "exahca/parallel/kernel_check.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/version.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <variant>

namespace exahca {
namespace {

constexpr auto ranks_name = "kernel_fingerprint";
constexpr auto earlier_name = "earlier_kernel_fingerprints";
constexpr std::size_t most_named = 8;

/// Ranks that differ from rank 0 in some way.
struct NamedRanks
{
    std::size_t count = 0;
    std::string text; ///< "ranks 3 on a, 4 on b and 12 more"
};

/// \param detail  what is said of each besides its host
template <class Differs, class Detail>
NamedRanks name_ranks(std::vector<RankKernels> const& kernels, Differs const& differs, Detail const& detail)
{
    NamedRanks found;
    std::vector<std::string> named;
    for (std::size_t rank = 1; rank < kernels.size(); ++rank)
        if (differs(kernels[rank]) && ++found.count <= most_named)
            named.push_back(fmt::format("{} on {}{}", rank, kernels[rank].host, detail(kernels[rank])));
    found.text = fmt::format("rank{} {}{}", found.count == 1 ? "" : "s", fmt::join(named, ", "),
                             found.count > most_named ? fmt::format(" and {} more", found.count - most_named) : "");
    return found;
}

} // namespace

std::string fingerprint_text(std::uint64_t fingerprint) { return fmt::format("{:016x}", fingerprint); }

std::string program_text() { return fmt::format("{} ({})", version(), revision()); }

std::vector<RankKernels> gather_kernels(Communicator& communicator, std::uint64_t own, std::string const& program)
{
    ByteWriter writer;
    writer.put(own);
    writer.put_string(communicator.host());
    writer.put_string(program);
    std::vector<RankKernels> kernels;
    for (auto const& message : communicator.gather(writer.take())) {
        RankKernels rank;
        try {
            ByteReader reader(message);
            rank.fingerprint = reader.get<std::uint64_t>();
            rank.host = reader.get_string();
            rank.program = reader.get_string();
        } catch (InvalidInput const&) { // of a program that says less
            rank.program = "another version";
        }
        kernels.push_back(std::move(rank));
    }
    return kernels;
}

std::string differing_ranks(std::vector<RankKernels> const& kernels)
{
    auto const others = name_ranks(
        kernels, [&](RankKernels const& rank) { return rank.fingerprint != kernels[0].fingerprint; },
        [](RankKernels const&) { return std::string(); });
    if (others.count == 0) return {};
    return fmt::format("{} compute{} other bits than rank 0 on {}", others.text, others.count == 1 ? "s" : "",
                       kernels[0].host);
}

std::string differing_programs(std::vector<RankKernels> const& kernels)
{
    auto const others = name_ranks(
        kernels, [&](RankKernels const& rank) { return rank.program != kernels[0].program; },
        [](RankKernels const& rank) { return fmt::format(" (exahca {})", rank.program); });
    if (others.count == 0) return {};
    return fmt::format("{} run{} another program than rank 0 on {} (exahca {})", others.text,
                       others.count == 1 ? "s" : "", kernels[0].host, kernels[0].program);
}

std::string differing_runs(std::vector<RankKernels> const& kernels, std::set<std::string> const& earlier)
{
    if (kernels.empty()) return {};
    auto const own = fingerprint_text(kernels[0].fingerprint);
    std::vector<std::string> other;
    for (auto const& print : earlier)
        if (print != own) other.push_back(print);
    if (other.empty()) return {};
    return fmt::format("the results so far were computed with other bits ({}) than rank 0 on {} computes ({})",
                       fmt::join(other, ", "), kernels[0].host, own);
}

void put_kernels(DataGroup& provenance, std::vector<RankKernels> const& kernels, std::set<std::string> const& earlier)
{
    if (!kernels.empty()) {
        std::vector<std::string> prints;
        for (auto const& rank : kernels) prints.push_back(fingerprint_text(rank.fingerprint));
        auto const count = static_cast<std::int64_t>(prints.size());
        provenance.add({ranks_name, {"rank"}, {count}, std::move(prints), "", "bits of each rank's numeric kernels"});
    }
    if (!earlier.empty()) provenance.attributes.emplace_back(earlier_name, fmt::format("{}", fmt::join(earlier, ",")));
}

std::set<std::string> stored_kernels(DataGroup const& results)
{
    std::set<std::string> prints;
    auto const* provenance = results.find_group("provenance");
    if (provenance == nullptr) return prints;
    if (auto const* variable = provenance->find(ranks_name))
        if (auto const* stored = std::get_if<std::vector<std::string>>(&variable->values))
            prints.insert(stored->begin(), stored->end());
    if (auto const* attribute = provenance->find_attribute(earlier_name))
        if (auto const* text = std::get_if<std::string>(attribute)) {
            std::size_t first = 0;
            while (first < text->size()) {
                auto const end = std::min(text->find(',', first), text->size());
                if (end > first) prints.insert(text->substr(first, end - first));
                first = end + 1;
            }
        }
    return prints;
}

} // namespace exahca
