#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace exahca {

/// Base models from elsewhere than a table's own column.

/// The base model of each model of a table (as import_csv reads them: any delimiter, gzip). Empty ones are left out.
/// \throws InvalidInput  when it cannot be read, lacks one of the columns, or gives a model two base models
[[nodiscard]] std::map<std::string, std::string, std::less<>>
read_domain_table(std::string const& path, std::string const& model_column, std::string const& domain_column);
/// The same for content in memory; `name` stands for the path in messages.
[[nodiscard]] std::map<std::string, std::string, std::less<>> read_domain_text(std::string_view content,
                                                                               std::string const& name,
                                                                               std::string const& model_column,
                                                                               std::string const& domain_column);

/// Base models that are a part of a text.
class DomainPattern
{
public:
    /// \param regex  ECMAScript, as in C++ and JavaScript. \throws UsageError  when it is none
    explicit DomainPattern(std::string const& regex);
    ~DomainPattern();
    DomainPattern(DomainPattern&&) noexcept;
    DomainPattern& operator=(DomainPattern&&) = delete;

    /// The first group in parentheses of the first match, the whole match where the pattern has no group; empty where
    /// nothing matches. Of a text only the first 1,000 bytes are looked at.
    [[nodiscard]] std::string find(std::string_view text) const;

private:
    struct Regex;
    std::unique_ptr<Regex> regex_;
};

/// The base model of an entry of the Open LLM Leaderboard by the rule of the published study: "family-size", or empty
/// where no rule applies. Reads names and sizes alone, as jobs/base_model.py does, which documents the rule.
///
/// \param name          of the model, with or without its owner
/// \param base_field    what the leaderboard's column "Base Model" says
/// \param architecture  such as LlamaForCausalLM
/// \param params_b      size in 10^9 parameters, 0 or less where unknown
[[nodiscard]] std::string open_llm_base_model(std::string_view name, std::string_view base_field = {},
                                              std::string_view architecture = {}, double params_b = -1);

} // namespace exahca
