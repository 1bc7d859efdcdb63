#pragma once

#include "io/dataset_reader.hpp"
#include "io/file_image.hpp"

#include <string>
#include <vector>

namespace exahca::io {

/// A score file opened for reading; every complaint names the file, the dataset and what to do.
class ScoreSource
{
public:
    explicit ScoreSource(std::string const& path);

    [[nodiscard]] bool has(std::string const& name) const;
    /// Attributes of the root group or of a subgroup.
    [[nodiscard]] DataGroup attributes(std::string const& group = "/") const;

    /// A list of texts. \throws InvalidInput
    [[nodiscard]] std::vector<std::string> texts(std::string const& name) const;
    struct Numbers
    {
        std::vector<std::int64_t> shape;
        std::vector<double> values; ///< row-major
    };
    /// An array of numbers of this rank, as double. \throws InvalidInput
    [[nodiscard]] Numbers numbers(std::string const& name, std::size_t rank) const;

    [[noreturn]] void complain(std::string const& problem, std::string const& why,
                               std::string const& remedy = {}) const;
    [[nodiscard]] std::string const& path() const { return path_; }

private:
    [[nodiscard]] Handle open_dataset(std::string const& name) const;
    void check_link(std::string const& name) const;
    [[nodiscard]] Values values(Handle const& dataset, std::string const& name) const;

    std::string path_;
    FileImage file_;
};

} // namespace exahca::io
