#pragma once

#include "exahca/profile/model_comparison.hpp"
#include "exahca/text/fit_facts.hpp"

#include <string>
#include <vector>

namespace exahca {

/// A model beside what it is compared with.
struct ComparedModel
{
    std::string name;
    std::size_t domain = 0; ///< of the setting
    std::string other;      ///< name of the model it is compared with, or what it is
    std::vector<Difference> differences;
};

/// What `exahca models --against` says.
struct ComparisonReport
{
    FitFacts fit;
    std::string others;             ///< "org/model", "their base models", "the medians of their base models' models"
    std::vector<std::string> notes; ///< whole sentences on what was not compared
    double rate = 0.05;             ///< false discovery rate up to which a sign is told
    std::vector<ComparedModel> models;
};

/// Names of the quantities of ModelComparer, for tables: "z1", "IFEval", "all benchmarks".
[[nodiscard]] std::vector<std::string> quantity_names(FitFacts const& fit);
/// And for people: "z1  problem solving (MMLU-PRO)", "IFEval, true score", "all benchmarks".
[[nodiscard]] std::vector<std::string> quantity_titles(FitFacts const& fit);

/// How many models are told to be better and worse in what, and the extremes.
/// \param top  how many of each, at least 1
[[nodiscard]] std::string to_text(ComparisonReport const& report, std::size_t top);
/// Every model in full.
[[nodiscard]] std::string to_cards(ComparisonReport const& report);
/// One line per model and quantity; the columns are described in docs/user_guide.md.
[[nodiscard]] std::string to_csv(ComparisonReport const& report);
[[nodiscard]] std::string to_json(ComparisonReport const& report);

} // namespace exahca
