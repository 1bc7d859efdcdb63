#include "io/json_kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace exahca::io {
namespace {

constexpr char const* results_member = "results";
constexpr char const* model_member = "model";
constexpr char const* every_eval_member = "evaluation_results";

/// Members beside results of one model.
constexpr std::array<char const*, 5> members_of_runs{"model_name", "model_info", "config", "config_general", "configs"};

bool is_scalar(Record const& value) { return !value.is_structured(); }

bool says_what_was_run(Record const& object)
{
    return std::any_of(members_of_runs.begin(), members_of_runs.end(),
                       [&](char const* name) { return object.contains(name); });
}

bool holds_objects(Record const& value)
{
    return value.is_object() && std::any_of(value.begin(), value.end(), is_object);
}

/// Reads up to the place where the member that tells, and the first thing in it, have shown what there is.
class FirstResults final : public nlohmann::json_sax<Record>
{
public:
    /// \param depth  of the members that tell: 1 in an object, 2 in the first row of an array
    explicit FirstResults(int depth) : telling_depth_(depth) {}

    bool is_found = false;

    bool start_array(std::size_t) override
    {
        if (in_results_ && depth_ == telling_depth_ && !in_row()) return end(false); // rows, perhaps
        if (in_results_ && depth_ <= telling_depth_ + 1) return end(true);
        ++depth_;
        return true;
    }
    bool end_array() override { return leave(); }
    bool start_object(std::size_t) override
    {
        if (in_results_ && depth_ == telling_depth_ + 1 && in_row()) return end(true);
        if (in_results_ && depth_ == telling_depth_ + 2) return end(false); // a benchmark of a model
        ++depth_;
        return true;
    }
    bool end_object() override { return leave(); }
    bool key(std::string& name) override
    {
        if (depth_ != telling_depth_) return true;
        if (name == every_eval_member) return end(true);
        if (names_model_ && name == results_member) return end(false); // a row, perhaps
        names_model_ = names_model_ || (in_row() && name == model_member);
        in_results_ = is_found = name == results_member; // also where the rest is broken
        return true;
    }
    bool null() override { return value(); }
    bool boolean(bool) override { return value(); }
    bool number_integer(std::int64_t) override { return value(); }
    bool number_unsigned(std::uint64_t) override { return value(); }
    bool number_float(double, std::string const&) override { return value(); }
    bool string(std::string&) override { return value(); }
    bool binary(Record::binary_t&) override { return value(); }
    /// Whoever reads all of it says what is wrong.
    bool parse_error(std::size_t, std::string const&, nlohmann::detail::exception const&) override { return false; }

private:
    [[nodiscard]] bool in_row() const { return telling_depth_ == 2; }
    bool end(bool found)
    {
        is_found = found;
        return false;
    }
    bool value()
    {
        if (in_results_ && depth_ <= telling_depth_ + 1) return end(depth_ == telling_depth_ || !in_row());
        return depth_ >= telling_depth_;
    }
    bool leave()
    {
        --depth_;
        if (in_results_ && depth_ <= telling_depth_ + 1) return end(true); // the first thing in it, or nothing
        return depth_ >= telling_depth_;
    }

    int telling_depth_;
    int depth_ = 0; // how many arrays and objects it is in
    bool in_results_ = false, names_model_ = false;
};

} // namespace

bool are_results(Record const& object)
{
    if (object.contains(every_eval_member)) return true;
    if (!object.contains(results_member)) return false;
    if (says_what_was_run(object)) return true;
    auto const& results = object.at(results_member);
    if (results.is_array()) return !are_rows(results);
    return !are_named_rows(results) || std::none_of(results.begin(), results.end(), holds_objects);
}

bool are_results_of_row(Record const& row)
{
    if (row.contains(every_eval_member)) return true;
    if (!row.contains(results_member)) return false;
    if (row.contains(model_member) && row.at(model_member).is_string() && !says_what_was_run(row)) return false;
    auto const& results = row.at(results_member);
    return !results.is_object() || results.empty() || !std::all_of(results.begin(), results.end(), is_scalar);
}

bool begins_with_results(std::string_view content)
{
    auto const first = content.find_first_not_of(" \t\r\n");
    if (first == content.npos) return false;
    FirstResults found(content[first] == '[' ? 2 : 1);
    static_cast<void>(Record::sax_parse(content, &found));
    return found.is_found;
}

} // namespace exahca::io
