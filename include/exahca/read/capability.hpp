#pragma once

#include <map>
#include <string>
#include <string_view>

namespace exahca {

/// What well-known benchmarks measure, in a few words. The table is in docs/user_guide.md.
///
/// A factor is named by the benchmark that it is aligned with; where the benchmark's capability is known the reader is
/// told that too. It is a name, not a finding.
class CapabilityNames
{
public:
    CapabilityNames();

    /// Adds or replaces a name. \throws UsageError  unless `text` has the form BENCHMARK=capability
    void add(std::string_view text);
    /// The capability, or an empty string.
    [[nodiscard]] std::string of(std::string const& benchmark) const;

private:
    std::map<std::string, std::string> names_;
};

} // namespace exahca
