#pragma once

#include "exahca/profile/replication.hpp"
#include "exahca/read/summary.hpp"

#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// What `exahca replicate` says.
struct ReplicationReport
{
    std::string setting; ///< whose flag it is
    std::string other;   ///< the file that it is looked for in
    Replication found;
    std::vector<FactorSummary> factors; ///< names, in causal order
    std::vector<std::string> left_out;  ///< benchmarks that were analysed and are not in the other scores
    std::vector<std::pair<std::string, std::string>> matched; ///< other names: analysed, there
    std::uint64_t seed = 1;
};

/// "yes: ..." with the numbers that it rests on.
[[nodiscard]] std::string verdict_text(Replication const& found);
/// One page.
[[nodiscard]] std::string to_text(ReplicationReport const& report);
/// One line per flag that was fitted; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(ReplicationReport const& report);
[[nodiscard]] std::string to_json(ReplicationReport const& report);

} // namespace exahca
