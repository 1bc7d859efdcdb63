#pragma once

#include "exahca/io/csv_import.hpp"

#include <unordered_map>

namespace exahca::io {

/// What several scores of one model on one benchmark come to.
enum class Repeated { mean, last };

/// Scores that come one by one, each with the names of its model and its benchmark.
class EntryTable
{
public:
    /// Both keep the order of first appearance.
    [[nodiscard]] std::size_t model(std::string_view name);
    [[nodiscard]] std::size_t benchmark(std::string_view name);
    /// NaN: the score is known to be missing.
    void add(std::size_t model, std::size_t benchmark, double score) { entries_.push_back({model, benchmark, score}); }
    /// \throws InvalidInput  when the model has another one. Empty ones say nothing
    void set_domain(std::size_t model, std::string const& domain, std::string const& place);
    [[nodiscard]] std::vector<std::string> const& benchmarks() const { return benchmarks_.names; }
    [[nodiscard]] std::vector<std::string> const& models() const { return models_.names; }
    [[nodiscard]] std::int64_t entries() const { return std::ssize(entries_); }

    /// Puts the matrix into `result`, with benchmarks as options name them, and finishes the import.
    /// \throws InvalidInput, UsageError  as import_csv does
    void finish(CsvImportResult& result, CsvImportOptions const& options, Repeated repeated,
                std::string const& name) const;

private:
    struct Names
    {
        std::vector<std::string> names;
        std::unordered_map<std::string, std::size_t> places;
        std::size_t place(std::string_view name);
    };
    struct Entry
    {
        std::size_t model, benchmark;
        double score;
    };
    /// Puts those left out into `result`.
    [[nodiscard]] std::vector<std::size_t> chosen_benchmarks(CsvImportOptions const& options, std::string const& name,
                                                             CsvImportResult& result) const;
    [[nodiscard]] std::int64_t fill(CsvImportResult& result, std::vector<std::size_t> const& chosen,
                                    std::vector<BenchmarkCode> const& codes, Repeated repeated) const;

    Names models_, benchmarks_;
    std::vector<std::string> domains_; // per model
    std::vector<Entry> entries_;
};

} // namespace exahca::io
