#include "exahca/core/random.hpp"
#include "exahca/io/check_file.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/io/score_file.hpp"
#include "io/foreign_file.hpp"
#include "io/sample_tree.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <map>

namespace exahca {
namespace {

void write_foreign_scores(std::string const& path)
{
    ForeignFile file(path);
    file.texts("model", {"m1", "m2", "m3"});
    file.texts("benchmark", {"A", "B"});
    file.texts("base_model", {"x", "x", ""});
    file.numbers("scores", {3, 2}, {1, 2, 3, 4, 5, 6});
}

class CheckFile : public ::testing::Test
{
protected:
    /// Checks `trials` versions of the file with one bit flipped each; counts the verdicts.
    std::map<FileVerdict, int> flip_bits(std::string const& path, std::uint64_t trials)
    {
        auto const whole = file_content(path);
        RandomStream stream({1, "flipped bits", 0, "", 0});
        std::map<FileVerdict, int> verdicts;
        for (std::uint64_t trial = 0; trial < trials; ++trial) {
            auto damaged = whole;
            auto const bit = stream.below(whole.size() * 8);
            auto& byte = damaged[static_cast<std::size_t>(bit / 8)];
            byte = static_cast<char>(byte ^ (1 << (bit % 8)));
            put_file(path, damaged);
            auto const check = check_file(path, {10, std::uint64_t{2} << 30});
            ++verdicts[check.verdict];
            EXPECT_TRUE(check.message.starts_with(path)) << check.message;
        }
        return verdicts;
    }
    TemporaryDirectory directory_;
    std::string path_ = directory_.file("f.h5");
};

TEST_F(CheckFile, sums_up_sound_files)
{
    write_foreign_scores(path_);
    auto const scores = check_file(path_);
    EXPECT_EQ(scores.verdict, FileVerdict::sound);
    EXPECT_EQ(scores.message, path_ + ": scores of 3 models with 1 base model on 2 benchmarks");
    write_tree(path_, sample_tree());
    auto const other = check_file(path_);
    EXPECT_EQ(other.verdict, FileVerdict::sound);
    EXPECT_EQ(other.message, path_ + ": sample of format 1.2 with 10 datasets, digest verified");
}

TEST_F(CheckFile, says_why_a_file_is_unusable)
{
    EXPECT_EQ(check_file(path_).verdict, FileVerdict::unusable);
    put_file(path_, "model,A\n");
    auto const text = check_file(path_);
    EXPECT_EQ(text.verdict, FileVerdict::unusable);
    EXPECT_NE(text.message.find("exahca import"), std::string::npos) << text.message;
}

TEST_F(CheckFile, ends_a_child_that_takes_too_long)
{
    write_foreign_scores(path_);
    EXPECT_EQ(check_file(path_, {0, std::uint64_t{2} << 30}).verdict, FileVerdict::timed_out);
}

TEST_F(CheckFile, survives_flipped_bits_in_files_without_digest)
{
    write_foreign_scores(path_);
    auto const verdicts = flip_bits(path_, 200);
    int total = 0;
    for (auto const& [verdict, count] : verdicts) {
        RecordProperty("verdict_" + std::to_string(static_cast<int>(verdict)), count);
        total += count;
    }
    EXPECT_EQ(total, 200);
}

TEST_F(CheckFile, survives_cut_files_without_digest)
{
    write_foreign_scores(path_);
    auto const whole = file_content(path_);
    for (std::size_t part = 0; part < 50; ++part) {
        put_file(path_, whole.substr(0, whole.size() * part / 50));
        EXPECT_EQ(check_file(path_).verdict, FileVerdict::unusable) << part;
    }
}

TEST_F(CheckFile, every_flipped_bit_in_a_file_with_digest_is_found)
{
    write_tree(path_, sample_tree());
    EXPECT_EQ(flip_bits(path_, 60), (std::map<FileVerdict, int>{{FileVerdict::unusable, 60}}));
    // The same without a child each, so that there can be more of them.
    write_tree(path_, sample_tree());
    auto const whole = file_content(path_);
    RandomStream stream({2, "flipped bits", 0, "", 0});
    for (int trial = 0; trial < 1000; ++trial) {
        auto damaged = whole;
        auto const bit = stream.below(whole.size() * 8);
        auto& byte = damaged[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<char>(byte ^ (1 << (bit % 8)));
        auto const outcome = verify_digest(std::as_bytes(std::span(damaged.data(), damaged.size())));
        EXPECT_TRUE(outcome == DigestOutcome::mismatch || outcome == DigestOutcome::truncated) << bit;
    }
}

} // namespace
} // namespace exahca
