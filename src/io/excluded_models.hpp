#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

/// Models that the user leaves out by name: sums and means of others, say.
class ExcludedModels
{
public:
    /// \param names  or patterns of names; have to outlive this
    explicit ExcludedModels(std::vector<std::string> const& names) : names_(names), fits_(names.size(), false) {}

    /// Whether a model is left out, which is remembered.
    [[nodiscard]] bool take(std::string_view model);
    /// Adds a line for the user. \param file  for messages. \throws InvalidInput  for a name that no model has
    void finish(std::string const& file, std::vector<std::string>& notes) const;

private:
    std::vector<std::string> const& names_;
    std::vector<bool> fits_;         // for each name: some model has it
    std::vector<std::string> first_; // the first few models
    std::size_t count_ = 0;
};

} // namespace exahca::io
