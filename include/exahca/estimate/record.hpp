#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/estimate/interim_search.hpp"
#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// What a stored number means.
enum class FieldKind { real, integer, boolean };

/// One named array inside a record.
struct RecordField
{
    std::string name;
    FieldKind kind = FieldKind::real;
    std::vector<std::string> dims;   ///< names of the dimensions, none twice
    std::vector<std::int64_t> shape; ///< their lengths
    std::string units;
    std::string description;
    std::size_t offset = 0; ///< first value inside the record
    std::size_t size = 0;   ///< number of values
};

/// A dimension's name and length.
struct Extent
{
    std::string name;
    std::int64_t size;
};

/// The fixed shape of the records of one kind of task of one setting: what is computed, sent, stored and resumed.
class RecordLayout
{
public:
    /// \pre the name is new
    void add(std::string name, FieldKind kind, std::vector<Extent> const& extents, std::string units,
             std::string description);

    [[nodiscard]] std::span<RecordField const> fields() const { return fields_; }
    [[nodiscard]] bool has(std::string_view name) const;
    /// \throws std::logic_error  when there is none
    [[nodiscard]] RecordField const& field(std::string_view name) const;
    /// Values in one record.
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    std::vector<RecordField> fields_;
    std::size_t size_ = 0;
};

enum class TaskStatus : std::int32_t { missing = 0, done = 1, failed = 2 };

/// What one task found. Missing values are NaN (integers and booleans: -1 in the file).
struct TaskRecord
{
    TaskStatus status = TaskStatus::missing;
    std::string reason;         ///< why it failed, or warnings, joined by "; "; empty otherwise
    std::vector<double> values; ///< as many as the layout says, empty unless done
    double seconds = 0;         ///< time spent; provenance only
    /// What is known of its searches for orders, where a request to stop ended one of them; empty unless missing.
    std::vector<InterimSearch> interim{};

    void write(ByteWriter& writer) const;
    [[nodiscard]] static TaskRecord read(ByteReader& reader);
};

/// Fills the fields of a record by name.
class RecordBuilder
{
public:
    explicit RecordBuilder(RecordLayout const& layout);

    void set(std::string_view name, double value);
    /// One value per entry, row-major. \pre the sizes agree
    void set(std::string_view name, std::span<double const> values);
    /// Rows and columns in the order of the field's two dimensions.
    void set(std::string_view name, Matrix const& matrix);
    /// A stack of equal matrices along the field's first dimension; shorter stacks leave the rest missing.
    void set(std::string_view name, std::span<Matrix const> matrices);

    [[nodiscard]] std::vector<double> take() { return std::move(values_); }

private:
    std::span<double> slot(std::string_view name, std::size_t needed);

    RecordLayout const& layout_;
    std::vector<double> values_;
};

/// Reads the fields of a record by name.
class RecordView
{
public:
    RecordView(RecordLayout const& layout, std::span<double const> values);

    [[nodiscard]] RecordLayout const& layout() const { return layout_; }
    [[nodiscard]] double scalar(std::string_view name) const;
    [[nodiscard]] std::span<double const> values(std::string_view name) const;
    /// A field of two dimensions, or one slice of a field of three along its first dimension.
    [[nodiscard]] Matrix matrix(std::string_view name, std::int64_t slice = 0) const;

private:
    RecordLayout const& layout_;
    std::span<double const> values_;
};

} // namespace exahca
