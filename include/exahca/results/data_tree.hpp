#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace exahca {

/// Values of a variable in row-major order. The integer types are those that h5py, R and xarray all read; booleans are
/// int8.
using Values = std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::int64_t>,
                            std::vector<std::int8_t>, std::vector<std::string>>;

/// A named array with named dimensions, as in netCDF and xarray.
///
/// No dimension may occur twice in one variable. No dimensions: a scalar. A variable whose only dimension bears its own
/// name is the coordinate of that dimension, in its group and in those below.
struct Variable
{
    std::string name;
    std::vector<std::string> dims;
    std::vector<std::int64_t> shape; ///< one length per dimension
    Values values;
    std::string units;       ///< "1" for pure numbers, "percent" for scores, empty for names
    std::string description; ///< one line, long_name of the CF conventions
};

/// \throws InvalidInput  that a table of this name holds no entry `index`
[[noreturn]] void throw_too_short(std::string_view name, std::size_t index, std::size_t size);

/// The values of a variable of a tree, which outlives this view, as a vector that knows its name: an entry that is not
/// there is a fault of the file, not of the program.
template <class T>
class StoredValues
{
public:
    using value_type = T;
    using const_iterator = typename std::vector<T>::const_iterator;

    StoredValues(std::vector<T> const& values, std::string_view name) : values_(&values), name_(name) {}
    operator std::vector<T> const&() const { return *values_; }

    [[nodiscard]] std::size_t size() const { return values_->size(); }
    [[nodiscard]] bool empty() const { return values_->empty(); }
    [[nodiscard]] const_iterator begin() const { return values_->begin(); }
    [[nodiscard]] const_iterator end() const { return values_->end(); }
    [[nodiscard]] T const* data() const { return values_->data(); }
    [[nodiscard]] T const& operator[](std::size_t index) const { return (*values_)[index]; }
    /// \throws InvalidInput  that names the variable
    [[nodiscard]] T const& at(std::size_t index) const
    {
        if (index >= values_->size()) throw_too_short(name_, index, values_->size());
        return (*values_)[index];
    }

    friend bool operator==(StoredValues const& a, StoredValues const& b) { return *a.values_ == *b.values_; }
    friend bool operator==(StoredValues const& a, std::vector<T> const& b) { return *a.values_ == b; }

private:
    std::vector<T> const* values_;
    std::string_view name_;
};

/// The same for integers, which are copied since they are stored in several widths.
class StoredIntegers : public std::vector<std::int64_t>
{
public:
    StoredIntegers(std::vector<std::int64_t> values, std::string_view name)
        : std::vector<std::int64_t>(std::move(values)), name_(name)
    {
    }
    /// \throws InvalidInput  that names the variable
    [[nodiscard]] std::int64_t at(std::size_t index) const
    {
        if (index >= size()) throw_too_short(name_, index, size());
        return (*this)[index];
    }

private:
    std::string name_;
};

using AttributeValue = std::variant<std::string, double, std::int64_t, std::vector<std::int64_t>>;

struct NamedGroup;

/// A group of variables: the in-memory form of everything that is stored or shown. Order is kept.
class DataGroup
{
public:
    std::vector<std::pair<std::string, AttributeValue>> attributes;
    std::vector<Variable> variables;
    std::vector<NamedGroup> groups;

    /// Adds a variable. \throws std::logic_error  when the number of values is not the product of the shape, a
    /// dimension repeats, or the name is taken
    Variable& add(Variable variable);
    /// Adds or finds a subgroup.
    DataGroup& group(std::string_view name);

    /// nullptr where there is none. `path` may lead through subgroups ("estimate/published/mic").
    [[nodiscard]] Variable const* find(std::string_view path) const;
    [[nodiscard]] DataGroup const* find_group(std::string_view path) const;
    [[nodiscard]] AttributeValue const* find_attribute(std::string_view name) const;

    /// Values of a variable of exactly this type. \throws InvalidInput  when it is missing or of another type
    [[nodiscard]] StoredValues<double> doubles(std::string_view path) const;
    [[nodiscard]] StoredValues<std::string> strings(std::string_view path) const;
    /// Integers of any stored width.
    [[nodiscard]] StoredIntegers integers(std::string_view path) const;
    [[nodiscard]] std::string const& text_attribute(std::string_view name) const;
};

/// A subgroup under its name.
struct NamedGroup
{
    std::string name;
    DataGroup group;
};

} // namespace exahca
