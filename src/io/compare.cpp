#include "exahca/io/compare.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <string_view>

namespace exahca {
namespace {

constexpr char const* type_names[] = {"float64", "int32", "int64", "int8", "text"};

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }
template <class T>
bool same_bits(T const& a, T const& b)
{
    return a == b;
}

std::string show(std::string const& value) { return fmt::format("\"{}\"", value); }
std::string show(std::vector<std::int64_t> const& values) { return fmt::format("[{}]", fmt::join(values, ", ")); }
std::string show(double value) { return fmt::format("{:.17g}", value); }
template <class T>
requires std::is_integral_v<T> std::string show(T value) { return fmt::format("{}", std::int64_t{value}); }

std::string show_attribute(AttributeValue const& value)
{
    return std::visit([](auto const& content) { return show(content); }, value);
}

bool same_attribute(AttributeValue const& a, AttributeValue const& b)
{
    if (a.index() != b.index()) return false;
    auto const* real = std::get_if<double>(&a);
    return real != nullptr ? same_bits(*real, std::get<double>(b)) : a == b;
}

/// "2, 0, 1" for the row-major position in an array of this shape.
std::string position(std::size_t offset, std::vector<std::int64_t> const& shape)
{
    std::vector<std::size_t> indices(shape.size());
    for (std::size_t i = shape.size(); i-- > 0;) {
        indices[i] = offset % static_cast<std::size_t>(shape[i]);
        offset /= static_cast<std::size_t>(shape[i]);
    }
    return fmt::format("{}", fmt::join(indices, ", "));
}

class Comparison
{
public:
    explicit Comparison(CompareOptions const& options) : options_(options) {}

    void groups(DataGroup const& a, DataGroup const& b, std::string const& path)
    {
        attributes(a, b, path.empty() ? "/" : path);
        members(
            a.variables, b.variables, path, "dataset", [](auto const& v) -> auto const& { return v.name; },
            [&](Variable const& x, Variable const& y, std::string const& place) { variables(x, y, place); });
        members(
            a.groups, b.groups, path, "group", [](auto const& g) -> auto const& { return g.name; },
            [&](NamedGroup const& x, NamedGroup const& y, std::string const& place) {
                groups(x.group, y.group, place);
            });
    }

    std::vector<std::string> take()
    {
        if (found_ > options_.most)
            lines_.push_back(fmt::format("... and {} more differences", found_ - options_.most));
        return std::move(lines_);
    }

private:
    void report(std::string const& place, std::string const& what)
    {
        if (++found_ <= options_.most) lines_.push_back(fmt::format("{}: {}", place, what));
    }

    [[nodiscard]] bool ignored(std::string const& path, std::string const& name) const
    {
        auto const& list = options_.ignored_groups;
        return path.empty() && std::find(list.begin(), list.end(), name) != list.end();
    }

    /// Pairs members of equal names; the others, and another order, are differences.
    template <class Member, class NameOf, class Compare>
    void members(std::vector<Member> const& a, std::vector<Member> const& b, std::string const& path, char const* kind,
                 NameOf const& name_of, Compare const& compare)
    {
        // Thousands of settings have a group each.
        auto const by_name = [&](std::vector<Member> const& list) {
            std::map<std::string_view, Member const*> index;
            for (auto const& member : list) index.emplace(name_of(member), &member);
            return index;
        };
        auto const members_of_a = by_name(a), members_of_b = by_name(b);
        std::vector<std::string> order_in_a, order_in_b;
        for (auto const& member : a) {
            auto const& name = name_of(member);
            if (ignored(path, name)) continue;
            auto const other = members_of_b.find(name);
            if (other == members_of_b.end()) {
                report(path + "/" + name, fmt::format("{} only in the first file", kind));
                continue;
            }
            order_in_a.push_back(name);
            compare(member, *other->second, path + "/" + name);
        }
        for (auto const& member : b) {
            auto const& name = name_of(member);
            if (ignored(path, name)) continue;
            if (!members_of_a.contains(name))
                report(path + "/" + name, fmt::format("{} only in the second file", kind));
            else
                order_in_b.push_back(name);
        }
        if (order_in_a != order_in_b) report(path.empty() ? "/" : path, fmt::format("the order of {}s", kind));
    }

    void attributes(DataGroup const& a, DataGroup const& b, std::string const& place)
    {
        for (auto const& [name, value] : a.attributes) {
            auto const* other = b.find_attribute(name);
            if (other == nullptr)
                report(place, fmt::format("attribute {} only in the first file", name));
            else if (!same_attribute(value, *other))
                report(place, fmt::format("attribute {} is {} against {}", name, show_attribute(value),
                                          show_attribute(*other)));
        }
        for (auto const& [name, value] : b.attributes)
            if (a.find_attribute(name) == nullptr)
                report(place, fmt::format("attribute {} only in the second file", name));
    }

    void variables(Variable const& a, Variable const& b, std::string const& place)
    {
        if (a.dims != b.dims)
            report(place, fmt::format("dimensions {} against {}", fmt::join(a.dims, " x "), fmt::join(b.dims, " x ")));
        if (a.units != b.units) report(place, fmt::format("units \"{}\" against \"{}\"", a.units, b.units));
        if (a.description != b.description)
            report(place, fmt::format("description \"{}\" against \"{}\"", a.description, b.description));
        if (a.values.index() != b.values.index())
            report(place,
                   fmt::format("type {} against {}", type_names[a.values.index()], type_names[b.values.index()]));
        if (a.shape != b.shape)
            report(place, fmt::format("shape {} against {}", fmt::join(a.shape, " x "), fmt::join(b.shape, " x ")));
        else if (a.values.index() == b.values.index())
            std::visit(
                [&](auto const& values) {
                    values_of(values, std::get<std::decay_t<decltype(values)>>(b.values), a.shape, place);
                },
                a.values);
    }

    template <class T>
    void values_of(std::vector<T> const& a, std::vector<T> const& b, std::vector<std::int64_t> const& shape,
                   std::string const& place)
    {
        std::size_t different = 0, first = 0;
        for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
            if (!same_bits(a[i], b[i]) && different++ == 0) first = i;
        if (different > 0)
            report(place, fmt::format("{} of {} values differ, the first at [{}]: {} against {}", different, a.size(),
                                      position(first, shape), show(a[first]), show(b[first])));
    }

    CompareOptions const& options_;
    std::vector<std::string> lines_;
    std::size_t found_ = 0;
};

} // namespace

std::vector<std::string> compare_trees(DataGroup const& a, DataGroup const& b, CompareOptions const& options)
{
    Comparison comparison(options);
    comparison.groups(a, b, "");
    return comparison.take();
}

} // namespace exahca
