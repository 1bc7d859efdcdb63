#pragma once

#include <cstddef>
#include <utility>

namespace exahca {
namespace detail {

/// Stands for a value of any type where nothing is evaluated.
struct AnyValue
{
    template <class T>
    operator T() const;
};

/// Whether the aggregate can be initialised with so many values.
template <class Aggregate, std::size_t... I>
consteval bool takes(std::index_sequence<I...>)
{
    return requires { Aggregate{(static_cast<void>(I), AnyValue{})...}; };
}

} // namespace detail

/// How many members an aggregate without base classes and arrays has: the most initialisers that it takes.
///
/// A list of its members can so be checked for completeness at compile time.
template <class Aggregate, std::size_t Count = 0>
[[nodiscard]] consteval std::size_t member_count()
{
    // Every aggregate takes fewer initialisers than it has members, so counting up meets the first that is too many.
    if constexpr (detail::takes<Aggregate>(std::make_index_sequence<Count + 1>{}))
        return member_count<Aggregate, Count + 1>();
    else
        return Count;
}

} // namespace exahca
