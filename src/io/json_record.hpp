#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exahca::io {

/// Members in their order, so that columns keep it. Each is put behind the others without a look at their names, which
/// of rows by name may be very many: one that is there twice stays so.
template <class Key, class T, class Less = std::less<Key>, class Allocator = std::allocator<std::pair<Key const, T>>>
struct MembersInOrder : nlohmann::ordered_map<Key, T, Less, Allocator>
{
    using nlohmann::ordered_map<Key, T, Less, Allocator>::ordered_map;
    T& operator[](Key key) { return this->emplace_back(std::move(key), T{}).second; }
};
using Record = nlohmann::basic_json<MembersInOrder>;

[[nodiscard]] inline bool is_object(Record const& value) { return value.is_object(); }
/// An array of objects, one at least.
[[nodiscard]] bool are_rows(Record const& value);
/// Rows by name: {"model-a": {"IFEval": 45.1}, ...}.
[[nodiscard]] bool are_named_rows(Record const& value);
/// A cell of a table; empty where there is null.
[[nodiscard]] std::string text_of(Record const& value);

/// Rows whose cells come with the names of their columns. Members of an object inside an object are columns of their
/// own, "scores.arc".
class RecordTable
{
public:
    /// \param content  an object
    void add(Record const& content);
    /// With a cell of its own before the others.
    void add(std::string const& column, std::string text, Record const& content);
    /// \param cells  one for each of the columns
    void add_row(std::vector<std::string> const& columns, std::vector<std::string> cells);
    [[nodiscard]] std::string csv() const;

private:
    void add_members(Record const& object, std::string const& before, int depth);
    void set(std::string const& column, std::string text);

    std::vector<std::string> columns_;
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<std::vector<std::string>> rows_;
};

} // namespace exahca::io
