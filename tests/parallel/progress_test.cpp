#include "exahca/parallel/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>

namespace exahca {
namespace {

/// A file in memory.
class Output
{
public:
    Output() : file_(std::tmpfile()) {}
    ~Output() { std::fclose(file_); }
    Output(Output const&) = delete;
    Output& operator=(Output const&) = delete;
    std::FILE* file() { return file_; }
    std::string text()
    {
        std::string result;
        std::rewind(file_);
        for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) result.push_back(static_cast<char>(c));
        return result;
    }

private:
    std::FILE* file_;
};

EnvironmentLookup nothing_set()
{
    return [](char const*) -> std::optional<std::string> { return std::nullopt; };
}

TEST(Progress, durations_read_well)
{
    EXPECT_EQ(format_duration(0), "00:00");
    EXPECT_EQ(format_duration(59.6), "01:00");
    EXPECT_EQ(format_duration(425), "07:05");
    EXPECT_EQ(format_duration(2 * 3600 + 425), "2:07:05");
    EXPECT_EQ(format_duration(3 * 86400 + 2 * 3600 + 425), "3 d 02:07");
    EXPECT_EQ(format_duration(-5), "00:00");
}

TEST(Progress, a_file_is_no_terminal)
{
    Output output;
    EXPECT_EQ(choose_progress_style(output.file(), nothing_set()), ProgressStyle::lines);
}

// What counts as done may run ahead of the work; only finish() knows.
TEST(Progress, never_says_that_all_is_done_before_the_end)
{
    Output output;
    ProgressPrinter printer(ProgressStyle::lines, output.file());
    printer.update({100, 100, "tasks"}, 0);
    printer.update({100, 100, "tasks"}, 30);
    printer.update({99.999, 100, "tasks"}, 3600);
    auto const text = output.text();
    EXPECT_NE(text.find(" 99 %  tasks"), std::string::npos) << text;
    EXPECT_EQ(text.find("100 %"), std::string::npos) << text;
    EXPECT_EQ(text.find("left"), std::string::npos) << text;
}

TEST(Progress, lines_come_at_sensible_intervals_with_percent_and_time_left)
{
    Output output;
    ProgressPrinter printer(ProgressStyle::lines, output.file());
    for (int tenths = 0; tenths <= 36000; ++tenths) // an hour of looks, ten a second
        printer.update({static_cast<double>(tenths), 36000.0, "tasks"}, tenths / 10.0);
    printer.finish({36000, 36000, "tasks"}, 3600);
    auto const text = output.text();
    // 2 5 10 20 30 60, minutes 2 to 10, then every five minutes to 60, and the last word.
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6 + 9 + 10 + 1);
    EXPECT_NE(text.find(" 50 %  tasks   30:00   30:00 left\n"), std::string::npos) << text;
    EXPECT_NE(text.find("100 %  tasks   1:00:00\n"), std::string::npos) << text;
    EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(Progress, a_hundred_percent_means_all)
{
    Output output;
    ProgressPrinter printer(ProgressStyle::lines, output.file());
    printer.finish({9999, 10000, "tasks"}, 1);
    EXPECT_EQ(output.text(), " 99 %  tasks   00:01\n");
}

TEST(Progress, a_bar_is_drawn_over_itself_and_leaves_nothing_behind)
{
    Output output;
    ProgressPrinter printer(ProgressStyle::bar, output.file());
    for (int hundredths = 0; hundredths <= 1000; ++hundredths)
        printer.update({hundredths / 1000.0, 1, "a long detail"}, hundredths / 100.0);
    printer.finish({1, 1, "short"}, 10);
    auto const text = output.text();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    auto const drawings = std::count(text.begin(), text.end(), '\r');
    EXPECT_GE(drawings, 40);
    EXPECT_LE(drawings, 52);
    auto const last = text.substr(text.rfind('\r') + 1);
    auto const one_before = text.substr(0, text.rfind('\r'));
    EXPECT_GE(last.size() - 1, one_before.size() - one_before.rfind('\r') - 1);
}

TEST(Progress, silence_is_silent_and_no_work_is_no_division)
{
    Output output;
    ProgressPrinter silent(ProgressStyle::silent, output.file());
    silent.update({1, 2, "tasks"}, 100);
    silent.finish({2, 2, "tasks"}, 100);
    EXPECT_EQ(output.text(), "");
    ProgressPrinter lines(ProgressStyle::lines, output.file());
    lines.update({0, 0, "nothing"}, 3);
    EXPECT_EQ(output.text(), "  0 %  nothing   00:03\n");
}

} // namespace
} // namespace exahca
