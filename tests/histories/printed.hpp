#pragma once

#include <cstdio>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace exahca::histories {

/// While it lives, what goes to standard output and standard error is kept here.
class PrintedText
{
public:
    PrintedText() : file_(::memfd_create("printed", MFD_CLOEXEC))
    {
        std::fflush(nullptr);
        if (file_ < 0) throw std::runtime_error("no memory for what is printed");
        for (int i = 0; i < 2; ++i) {
            saved_[i] = ::dup(i + 1);
            ::dup2(file_, i + 1);
        }
    }
    PrintedText(PrintedText const&) = delete;
    PrintedText& operator=(PrintedText const&) = delete;
    ~PrintedText()
    {
        std::fflush(nullptr);
        for (int i = 0; i < 2; ++i) {
            ::dup2(saved_[i], i + 1);
            ::close(saved_[i]);
        }
        ::close(file_);
    }
    [[nodiscard]] std::string text() const
    {
        std::fflush(nullptr);
        std::string text(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END)), '\0');
        auto const size = ::pread(file_, text.data(), text.size(), 0);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

private:
    int file_;
    int saved_[2]{};
};

} // namespace exahca::histories
