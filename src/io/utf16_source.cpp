#include "io/utf16_source.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <utility>
#include <vector>

namespace exahca::io {
namespace {

void append_utf8(std::uint32_t c, std::string& text)
{
    auto const add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
    auto const add_tail = [&](int shift) { add(0x80U | (c >> shift & 0x3fU)); };
    if (c < 0x80) {
        add(c);
    } else if (c < 0x800) {
        add(0xc0U | c >> 6);
        add_tail(0);
    } else if (c < 0x10000) {
        add(0xe0U | c >> 12);
        add_tail(6);
        add_tail(0);
    } else {
        add(0xf0U | c >> 18);
        add_tail(12);
        add_tail(6);
        add_tail(0);
    }
}

class Utf16Source final : public TextSource
{
public:
    Utf16Source(std::unique_ptr<TextSource> source, ByteOrder order, std::string name)
        : source_(std::move(source)), name_(std::move(name)), order_(order), input_(std::size_t{1} << 16)
    {
    }

    std::size_t read(char* buffer, std::size_t size) override
    {
        while (done_ == text_.size() && !ended_) convert();
        auto const count = std::min(size, text_.size() - done_);
        std::copy_n(text_.data() + done_, count, buffer);
        done_ += count;
        return count;
    }
    void rewind() override
    {
        source_->rewind();
        text_.clear();
        done_ = kept_ = 0;
        high_ = 0;
        ended_ = false;
    }

private:
    /// The next piece of the source. A byte, or the first half of a pair, may be left for the piece behind it.
    void convert()
    {
        text_.clear();
        done_ = 0;
        auto const count = source_->read(input_.data() + kept_, input_.size() - kept_);
        if (count == 0) {
            if (kept_ > 0 || high_ != 0) damaged();
            ended_ = true;
            return;
        }
        auto const size = kept_ + count;
        for (std::size_t i = 0; i + 1 < size; i += 2) {
            auto const first = static_cast<unsigned char>(input_[i]),
                       second = static_cast<unsigned char>(input_[i + 1]);
            take(order_ == ByteOrder::little ? second << 8U | first : first << 8U | second);
        }
        kept_ = size % 2;
        if (kept_ > 0) input_[0] = input_[size - 1];
    }
    void take(std::uint32_t unit)
    {
        bool const is_high = unit >= 0xd800 && unit < 0xdc00, is_low = unit >= 0xdc00 && unit < 0xe000;
        if (is_low != (high_ != 0)) damaged();
        if (is_high)
            high_ = unit;
        else if (is_low)
            append_utf8(0x10000 + ((high_ - 0xd800) << 10U) + (unit - 0xdc00), text_);
        else
            append_utf8(unit, text_);
        if (!is_high) high_ = 0;
    }
    [[noreturn]] void damaged() const
    {
        throw InvalidInput(fmt::format("{} begins like UTF-16 and is none", name_), "a character is cut in two",
                           "save the file as UTF-8");
    }

    std::unique_ptr<TextSource> source_;
    std::string name_;
    ByteOrder order_;
    std::vector<char> input_;
    std::size_t kept_ = 0;   // bytes at the beginning of input_
    std::uint32_t high_ = 0; // first half of a pair; 0: none
    std::string text_;
    std::size_t done_ = 0;
    bool ended_ = false;
};

} // namespace

std::unique_ptr<TextSource> as_utf8(std::unique_ptr<TextSource> source, ByteOrder order, std::string const& name)
{
    return std::make_unique<Utf16Source>(std::move(source), order, name);
}

} // namespace exahca::io
