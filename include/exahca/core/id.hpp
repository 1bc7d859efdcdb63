#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace exahca {

/// An index that cannot be mistaken for another kind of index.
template <class Tag>
class Id
{
public:
    constexpr Id() = default;
    constexpr explicit Id(std::int64_t value) : value_(value) {}

    [[nodiscard]] constexpr std::int64_t get() const { return value_; }
    /// For indexing standard containers.
    [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(value_); }

    friend constexpr auto operator<=>(Id, Id) = default;

private:
    std::int64_t value_ = 0;
};

using TaskId = Id<struct TaskTag>;       ///< position of a task in the experiment; orders results, keys nothing
using SettingId = Id<struct SettingTag>; ///< position of a setting in the experiment

} // namespace exahca

template <class Tag>
struct std::hash<exahca::Id<Tag>>
{
    std::size_t operator()(exahca::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.get()); }
};
