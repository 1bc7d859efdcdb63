#include "exahca/estimate/record.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace exahca {

void RecordLayout::add(std::string name, FieldKind kind, std::vector<Extent> const& extents, std::string units,
                       std::string description)
{
    if (has(name)) throw std::logic_error("record field " + name + " is declared twice");
    RecordField field{std::move(name), kind, {}, {}, std::move(units), std::move(description), size_, 1};
    for (auto const& extent : extents) {
        field.dims.push_back(extent.name);
        field.shape.push_back(extent.size);
        field.size *= static_cast<std::size_t>(extent.size);
    }
    size_ += field.size;
    fields_.push_back(std::move(field));
}

bool RecordLayout::has(std::string_view name) const
{
    return std::any_of(fields_.begin(), fields_.end(), [&](auto const& field) { return field.name == name; });
}

RecordField const& RecordLayout::field(std::string_view name) const
{
    auto const found =
        std::find_if(fields_.begin(), fields_.end(), [&](auto const& field) { return field.name == name; });
    if (found == fields_.end()) throw std::logic_error("no record field " + std::string(name));
    return *found;
}

void TaskRecord::write(ByteWriter& writer) const
{
    writer.put(status);
    writer.put_string(reason);
    writer.put_span(std::span<double const>(values));
    writer.put(seconds);
    write_interim(writer, interim);
}

TaskRecord TaskRecord::read(ByteReader& reader)
{
    TaskRecord record;
    record.status = reader.get<TaskStatus>();
    if (record.status != TaskStatus::missing && record.status != TaskStatus::done &&
        record.status != TaskStatus::failed)
        throw InvalidInput("a message between ranks holds an unknown task status");
    record.reason = reader.get_string();
    record.values = reader.get_vector<double>();
    record.seconds = reader.get<double>();
    record.interim = read_interim(reader);
    return record;
}

RecordBuilder::RecordBuilder(RecordLayout const& layout)
    : layout_(layout), values_(layout.size(), std::numeric_limits<double>::quiet_NaN())
{
}

std::span<double> RecordBuilder::slot(std::string_view name, std::size_t needed)
{
    auto const& field = layout_.field(name);
    if (needed > field.size) throw std::logic_error("too many values for record field " + std::string(name));
    return std::span(values_).subspan(field.offset, field.size);
}

void RecordBuilder::set(std::string_view name, double value) { slot(name, 1)[0] = value; }

void RecordBuilder::set(std::string_view name, std::span<double const> values)
{
    std::copy(values.begin(), values.end(), slot(name, values.size()).begin());
}

void RecordBuilder::set(std::string_view name, Matrix const& matrix) { set(name, std::span<Matrix const>(&matrix, 1)); }

void RecordBuilder::set(std::string_view name, std::span<Matrix const> matrices)
{
    std::size_t needed = 0;
    for (auto const& matrix : matrices) needed += static_cast<std::size_t>(matrix.size());
    auto const target = slot(name, needed);
    std::size_t next = 0;
    for (auto const& matrix : matrices)
        for (Index i = 0; i < matrix.rows(); ++i)
            for (Index j = 0; j < matrix.cols(); ++j) target[next++] = matrix(i, j);
}

RecordView::RecordView(RecordLayout const& layout, std::span<double const> values) : layout_(layout), values_(values)
{
    if (values.size() != layout.size()) throw std::logic_error("a record does not fit its layout");
}

double RecordView::scalar(std::string_view name) const { return values(name)[0]; }

std::span<double const> RecordView::values(std::string_view name) const
{
    auto const& field = layout_.field(name);
    return values_.subspan(field.offset, field.size);
}

Matrix RecordView::matrix(std::string_view name, std::int64_t slice) const
{
    auto const& field = layout_.field(name);
    EXAHCA_EXPECT(field.shape.size() == 2 || field.shape.size() == 3);
    auto const rows = field.shape[field.shape.size() - 2], cols = field.shape.back();
    auto const first = values_.subspan(field.offset + static_cast<std::size_t>(slice * rows * cols));
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<RowMajor const>(first.data(), rows, cols);
}

} // namespace exahca
