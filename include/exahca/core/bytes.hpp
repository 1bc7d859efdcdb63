#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace exahca {

/// A message between ranks, or a work unit at rest.
using Bytes = std::vector<std::byte>;

/// Appends values to a message. Ranks of one run share one processor family, so the byte order is the machine's own.
class ByteWriter
{
public:
    template <class T>
    requires std::is_trivially_copyable_v<T>
    void put(T const& value) { append(&value, sizeof value); }
    template <class T>
    requires std::is_trivially_copyable_v<T>
    void put_span(std::span<T const> values)
    {
        put(static_cast<std::uint64_t>(values.size()));
        append(values.data(), values.size_bytes());
    }
    void put_string(std::string_view text) { put_span(std::span<char const>(text.data(), text.size())); }

    [[nodiscard]] Bytes take() { return std::move(bytes_); }

private:
    void append(void const* data, std::size_t size)
    {
        if (size == 0) return;
        auto const old_size = bytes_.size();
        bytes_.resize(old_size + size);
        std::memcpy(bytes_.data() + old_size, data, size);
    }
    Bytes bytes_;
};

/// Reads what a ByteWriter wrote.
///
/// \throws InvalidInput  from every member when the message is too short for what is asked of it: a message is checked
///         like a file
class ByteReader
{
public:
    explicit ByteReader(std::span<std::byte const> bytes) : bytes_(bytes) {}

    template <class T>
    requires std::is_trivially_copyable_v<T>
    [[nodiscard]] T get()
    {
        T value;
        std::memcpy(&value, take(sizeof value), sizeof value);
        return value;
    }
    template <class T>
    requires std::is_trivially_copyable_v<T>
    [[nodiscard]] std::vector<T> get_vector()
    {
        auto const count = get<std::uint64_t>();
        check_count(count, sizeof(T));
        std::vector<T> values(count);
        if (count > 0) std::memcpy(values.data(), take(count * sizeof(T)), count * sizeof(T));
        return values;
    }
    [[nodiscard]] std::string get_string()
    {
        auto const characters = get_vector<char>();
        return {characters.begin(), characters.end()};
    }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size(); }
    /// \throws InvalidInput  when bytes are left over
    void expect_end() const;

private:
    std::byte const* take(std::size_t size);
    void check_count(std::uint64_t count, std::size_t size) const;

    std::span<std::byte const> bytes_;
};

} // namespace exahca
