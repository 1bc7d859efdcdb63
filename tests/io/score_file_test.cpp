#include "exahca/core/error.hpp"
#include "exahca/io/score_file.hpp"
#include "io/foreign_file.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <sys/wait.h>
#include <unistd.h>

namespace exahca {
namespace {

ScoreMatrix sample_scores()
{
    ScoreMatrix matrix{{"a", "b", "a"}, {"IFEval", "日本語"}, {"x", "", "y"}, Matrix(3, 2), {}};
    matrix.scores << 1, 2, 3, 4, 5.25, 99.5;
    SimulationTruth truth{
        "contaminated", std::numeric_limits<std::uint64_t>::max(), {"x", "y"}, Matrix(2, 1), Matrix(1, 2), {}};
    truth.loadings << 3, 4;
    truth.unmixing << 0.6, 0.8;
    truth.mixing = {Matrix::Constant(1, 1, 2.0), Matrix::Constant(1, 1, 3.0)};
    matrix.truth = truth;
    return matrix;
}

TEST(ScoreFile, reads_back_what_was_written)
{
    TemporaryDirectory const directory;
    auto const written = sample_scores();
    write_scores(directory.file("s.h5"), written);
    auto const read = read_scores(directory.file("s.h5"));
    EXPECT_EQ(read.models, written.models);
    EXPECT_EQ(read.benchmarks, written.benchmarks);
    EXPECT_EQ(read.base_models, written.base_models);
    EXPECT_EQ(read.scores, written.scores);
    ASSERT_TRUE(read.truth.has_value());
    EXPECT_EQ(read.truth->design, "contaminated");
    EXPECT_EQ(read.truth->seed, written.truth->seed);
    EXPECT_EQ(read.truth->domains, written.truth->domains);
    EXPECT_EQ(read.truth->loadings, written.truth->loadings);
    EXPECT_EQ(read.truth->unmixing, written.truth->unmixing);
    EXPECT_EQ(read.truth->mixing, written.truth->mixing);
}

TEST(Fingerprint, depends_on_every_name_and_value_and_on_nothing_else)
{
    TemporaryDirectory const directory;
    auto const matrix = sample_scores();
    auto const print = fingerprint(matrix);
    EXPECT_EQ(print.size(), 32U);
    write_scores(directory.file("s.h5"), matrix);
    EXPECT_EQ(fingerprint(read_scores(directory.file("s.h5"))), print);
    auto changed = matrix;
    changed.scores(2, 1) = std::nextafter(changed.scores(2, 1), 0.0);
    EXPECT_NE(fingerprint(changed), print);
    changed = matrix;
    changed.models[0] = "ab";
    changed.models[1] = "";
    EXPECT_NE(fingerprint(changed), print);
    changed = matrix;
    std::swap(changed.base_models[0], changed.base_models[1]);
    EXPECT_NE(fingerprint(changed), print);
}

/// A good score file as h5py users write it; each test breaks one thing.
class ForeignScores : public ::testing::Test
{
protected:
    void write_good(std::set<std::string> const& without = {})
    {
        file_.emplace(path_);
        if (!without.contains("model")) file_->texts("model", {"m1", "m2", "m3"});
        if (!without.contains("benchmark")) file_->texts("benchmark", {"A", "B"});
        if (!without.contains("base_model")) file_->texts("base_model", {"x", "x", ""});
        if (!without.contains("scores")) file_->numbers("scores", {3, 2}, {1, 2, 3, 4, 5, 6});
    }
    std::string refusal()
    {
        file_.reset();
        return message_of<InvalidInput>([&] { (void)read_scores(path_); });
    }
    void expect_refusal(std::string const& wanted)
    {
        auto const message = refusal();
        EXPECT_NE(message.find(wanted), std::string::npos) << "wanted: " << wanted << "\ngot: " << message;
        EXPECT_TRUE(message.starts_with(path_)) << message;
        EXPECT_NE(message.find(": ", path_.size()), std::string::npos) << message;
    }

    TemporaryDirectory directory_;
    std::string path_ = directory_.file("scores.h5");
    std::optional<ForeignFile> file_;
};

TEST_F(ForeignScores, plain_files_of_other_writers_are_accepted)
{
    for (bool const fixed : {false, true})
        for (hid_t const type : {H5T_IEEE_F32LE, H5T_IEEE_F64BE, H5T_STD_I16LE, H5T_STD_U8LE, H5T_STD_I64LE}) {
            write_good({"model", "scores"});
            if (fixed)
                file_->fixed_texts("model", {"m1", "m2", "日本"}, 12);
            else
                file_->texts("model", {"m1", "m2", "日本"});
            file_->numbers("scores", {3, 2}, {1, 2, 3, 4, 5, 6}, type);
            file_.reset();
            auto const read = read_scores(path_);
            EXPECT_EQ(read.models, (std::vector<std::string>{"m1", "m2", "日本"}));
            EXPECT_EQ(read.scores(2, 1), 6);
            EXPECT_EQ(read.scores(0, 1), 2);
            EXPECT_FALSE(read.truth.has_value());
        }
}

TEST_F(ForeignScores, a_symbolic_link_inside_the_file_is_followed)
{
    write_good({"scores"});
    file_->numbers("raw", {3, 2}, {1, 2, 3, 4, 5, 6});
    file_->soft_link("scores", "/raw");
    file_.reset();
    EXPECT_EQ(read_scores(path_).scores(1, 1), 4);
}

TEST_F(ForeignScores, missing_datasets)
{
    for (std::string const name : {"model", "benchmark", "base_model", "scores"}) {
        write_good({name});
        expect_refusal("there is no dataset \"" + name + "\"");
    }
}

TEST_F(ForeignScores, wrong_types)
{
    write_good({"scores"});
    file_->texts("scores", {"1", "2"}, {1, 2});
    expect_refusal("\"scores\" does not hold numbers");
    write_good({"model"});
    file_->numbers("model", {3}, {1, 2, 3});
    expect_refusal("\"model\" does not hold text");
    write_good({"scores"});
    file_->group("scores");
    expect_refusal("\"scores\" is not a dataset (it is a group)");
    write_good({"scores"});
    file_->numbers("scores", {3, 2}, {1, 2, 3, 4, 5, 6}, H5T_STD_U64LE);
    expect_refusal("unsigned 64-bit");
    write_good({"scores"});
    file_->compound("scores");
    expect_refusal("neither numbers nor text");
}

TEST_F(ForeignScores, wrong_ranks_and_shapes)
{
    write_good({"scores"});
    file_->numbers("scores", {6}, {1, 2, 3, 4, 5, 6});
    expect_refusal("\"scores\" has 1 dimensions, not 2");
    write_good({"scores"});
    file_->numbers("scores", {2, 3}, {1, 2, 3, 4, 5, 6});
    expect_refusal("store it transposed");
    write_good({"scores"});
    file_->numbers("scores", {1, 6}, {1, 2, 3, 4, 5, 6});
    expect_refusal("it is 1 x 6 for 3 models and 2 benchmarks");
    write_good({"base_model"});
    file_->texts("base_model", {"x"});
    expect_refusal("1 names for 3 models");
    write_good({"benchmark"});
    file_->texts("benchmark", {"A", "B"}, {2, 1});
    expect_refusal("\"benchmark\" is not a list");
}

TEST_F(ForeignScores, infinite_scores)
{
    for (double const sign : {1.0, -1.0}) {
        write_good({"scores"});
        file_->numbers("scores", {3, 2}, {1, 2, 3, sign * std::numeric_limits<double>::infinity(), 5, 6});
        expect_refusal("scores[1, 1] is ");
    }
}

TEST_F(ForeignScores, a_score_that_is_nan_is_missing_and_whoever_needs_all_is_told_how_many)
{
    write_good({"scores"});
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    file_->numbers("scores", {3, 2}, {1, 2, 3, nan, -nan, nan});
    file_.reset();
    auto const read = read_scores(path_);
    auto const missing = count_missing(read);
    EXPECT_EQ(missing.scores, 3);
    EXPECT_EQ(missing.models, 2);
    EXPECT_EQ(missing.first_model, 1);
    EXPECT_EQ(missing.first_benchmark, 1);
    auto const message = message_of<InvalidInput>([&] { (void)read_complete_scores(path_); });
    EXPECT_NE(message.find("3 scores are missing in 2 models, the first is benchmark B of model m2"), message.npos)
        << message;
    EXPECT_NE(message.find("exahca import --missing drop"), message.npos) << message;

    // A file of ours keeps them, and its fingerprint does not depend on the bits of the NaN.
    auto const ours = directory_.file("ours.h5");
    write_scores(ours, read);
    EXPECT_EQ(count_missing(read_scores(ours)).scores, 3);
    EXPECT_EQ(fingerprint(read_scores(ours)), fingerprint(read));

    write_good();
    file_.reset();
    EXPECT_EQ(read_complete_scores(path_).scores, read_scores(path_).scores);
}

TEST_F(ForeignScores, bounds_and_items_of_benchmarks_are_read_and_come_back)
{
    auto const nan = std::numeric_limits<double>::quiet_NaN();
    write_good();
    file_.reset();
    auto const plain = read_scores(path_);
    EXPECT_FALSE(plain.bounds) << "nobody has said";
    EXPECT_TRUE(plain.items.count.empty());
    write_good();
    file_->numbers("floor", {2}, {0, nan});
    file_->numbers("items", {2}, {nan, 1192});
    file_.reset();
    auto const read = read_scores(path_);
    ASSERT_TRUE(read.bounds);
    EXPECT_EQ(read.bounds->floor[0], 0);
    EXPECT_TRUE(std::isinf(read.bounds->floor[1]));
    EXPECT_TRUE(std::isinf(read.bounds->ceiling[0])) << "a file with floors alone has no ceilings";
    EXPECT_EQ(read.items.count, (std::vector<double>{0, 1192}));
    EXPECT_EQ(read.items.share, (std::vector<double>{usual_item_share, usual_item_share}));
    EXPECT_NE(fingerprint(read), fingerprint(plain));

    auto const ours = directory_.file("ours.h5");
    write_scores(ours, read);
    auto const again = read_scores(ours);
    EXPECT_TRUE(*again.bounds == *read.bounds);
    EXPECT_EQ(again.items, read.items);
    EXPECT_EQ(fingerprint(again), fingerprint(read));
    // Bounds that the scores show by themselves make no other data.
    auto shown = plain;
    shown.bounds = detect_bounds(plain.scores);
    EXPECT_EQ(fingerprint(shown), fingerprint(plain));
}

TEST_F(ForeignScores, bounds_and_items_that_cannot_be)
{
    write_good();
    file_->numbers("floor", {3}, {0, 0, 0});
    expect_refusal("it has 3 values for 2 benchmarks");
    write_good();
    file_->numbers("floor", {2}, {0, 5});
    file_->numbers("ceiling", {2}, {100, 5});
    expect_refusal("the scale of B goes from 5 to 5");
    write_good();
    file_->numbers("items", {2}, {541, -1});
    expect_refusal("B has -1 items");
}

TEST(ScoreFile, every_minor_version_of_the_known_major_ones_is_read)
{
    TemporaryDirectory const directory;
    auto const path = directory.file("s.h5");
    auto tree = scores_as_tree(sample_scores());
    auto const written_as = [&](std::int64_t major, std::int64_t minor) {
        for (auto& [name, value] : tree.attributes)
            if (name == "format_version") value = std::vector{major, minor};
        write_tree(path, tree);
        return message_of<InvalidInput>([&] { (void)read_scores(path); });
    };
    for (std::int64_t const minor : {0, 7}) {
        EXPECT_EQ(written_as(1, minor), "");
        EXPECT_EQ(written_as(2, minor), "");
    }
    EXPECT_NE(written_as(3, 0).find("has format 3.0"), std::string::npos);
    EXPECT_NE(written_as(3, 0).find("use a newer exahca"), std::string::npos);
    EXPECT_NE(written_as(0, 9).find("make the file again"), std::string::npos);
}

TEST_F(ForeignScores, no_models_one_benchmark_and_bad_names)
{
    write_good({"model", "base_model", "scores"});
    file_->texts("model", {});
    file_->texts("base_model", {});
    file_->numbers("scores", {0, 2}, {});
    expect_refusal("there are no models");
    write_good({"benchmark", "scores"});
    file_->texts("benchmark", {"A"});
    file_->numbers("scores", {3, 1}, {1, 2, 3});
    expect_refusal("there are 1 benchmarks");
    write_good({"benchmark"});
    file_->texts("benchmark", {"A", "A"});
    expect_refusal("two benchmarks are named \"A\"");
    write_good({"benchmark"});
    file_->texts("benchmark", {"A", ""});
    expect_refusal("a benchmark has no name");
    write_good({"model"});
    file_->texts("model", {"m1", "", "m3"});
    expect_refusal("model[1] has no name");
    write_good({"model"});
    file_->texts("model", {"m1", "\xff\xfe", "m3"});
    expect_refusal("not UTF-8");
}

TEST_F(ForeignScores, links_that_lead_nowhere_round_or_out)
{
    write_good({"scores"});
    file_->soft_link("scores", "/nothing");
    expect_refusal("\"scores\" is a symbolic link that leads nowhere");
    write_good({"scores"});
    file_->soft_link("scores", "/other");
    file_->soft_link("other", "/scores");
    expect_refusal("goes round in a circle");
    {
        ForeignFile other(directory_.file("other.h5"));
        other.numbers("scores", {3, 2}, {1, 2, 3, 4, 5, 6});
    }
    write_good({"scores"});
    file_->external_link("scores", directory_.file("other.h5"), "/scores");
    expect_refusal("\"scores\" is a link to another file");
    write_good({"scores"});
    file_->external_link("out", directory_.file("other.h5"), "/");
    file_->soft_link("scores", "/out/scores");
    expect_refusal("\"scores\" is a symbolic link that leads nowhere");
    write_good({"scores"});
    file_->external_values("scores", {3, 2}, directory_.file("raw.bin"));
    expect_refusal("\"scores\" keeps its values in another file");
    write_good({"scores"});
    file_->hard_link("scores", "/");
    expect_refusal("\"scores\" is not a dataset (it is a group)");
}

TEST_F(ForeignScores, cycles_elsewhere_do_no_harm_but_a_tree_refuses_them)
{
    write_good();
    file_->group("more");
    file_->hard_link("more/back", "/");
    file_.reset();
    EXPECT_NO_THROW((void)read_scores(path_));
    auto const message = message_of<InvalidInput>([&] { (void)read_tree(path_, TrailerPolicy::optional); });
    EXPECT_NE(message.find("/more/back cannot be used (back is a second link to the same object, perhaps a cycle)"),
              std::string::npos)
        << message;
}

TEST_F(ForeignScores, huge_declared_sizes_are_refused_before_memory_is_asked_for)
{
    write_good({"scores"});
    file_->unwritten("scores", {1LL << 40, 1LL << 20});
    expect_refusal("it declares more values than the file can hold");
    write_good({"model"});
    file_->unwritten_texts("model", 1LL << 50);
    expect_refusal("it declares more values than the file can hold");
    write_good({"scores"});
    file_->unwritten("scores", {3, 2});
    expect_refusal("it declares more values than the file can hold");
}

TEST_F(ForeignScores, wrong_kinds_and_versions)
{
    write_good();
    file_->text_attribute("filetype", "exahca-results");
    expect_refusal("its filetype is \"exahca-results\", not \"exahca-scores\"");
    write_good();
    file_->text_attribute("filetype", "exahca-scores");
    expect_refusal("has no format version");
    write_good();
    file_->text_attribute("filetype", "exahca-scores");
    file_->version_attribute(3, 0);
    expect_refusal("use a newer exahca");
    write_good();
    file_->text_attribute("filetype", "exahca-scores");
    file_->version_attribute(1, 7);
    EXPECT_EQ(refusal(), "");
}

TEST_F(ForeignScores, files_that_are_not_score_files)
{
    put_file(path_, "");
    expect_refusal("is empty");
    put_file(path_, "model,base_model,A,B\nm,x,1,2\n");
    expect_refusal("exahca import");
    put_file(path_, std::string(5000, '\0'));
    expect_refusal("is not an HDF5 file");
    std::filesystem::remove(path_);
    expect_refusal("No such file");
    std::filesystem::create_directory(path_);
    expect_refusal("is a directory");
    std::filesystem::remove(path_);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    expect_refusal("is not a regular file");
}

TEST_F(ForeignScores, cut_files)
{
    write_good();
    file_.reset();
    auto const whole = file_content(path_);
    for (std::size_t part = 1; part < 20; ++part) {
        put_file(path_, whole.substr(0, whole.size() * part / 20));
        EXPECT_TRUE(refusal().starts_with(path_)) << part;
    }
    put_file(path_, whole.substr(0, whole.size() / 2));
    expect_refusal("is cut off");
}

TEST_F(ForeignScores, a_file_without_permission)
{
    write_good();
    file_.reset();
    std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
    ::chmod(path_.c_str(), 0);
    // Root reads everything: the attempt is made by a child that is nobody.
    auto const child = ::fork();
    if (child == 0) {
        if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(9);
        auto const message = message_of<InvalidInput>([&] { (void)read_scores(path_); });
        ::_exit(message.find("Permission denied") != message.npos ? 0 : 1);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(ForeignScores, a_broken_truth)
{
    write_good();
    file_->group("truth");
    expect_refusal("truth: the seed is not a number");
    auto matrix = sample_scores();
    auto tree = scores_as_tree(matrix);
    tree.group("truth").variables[1].dims = {"factor", "benchmark"};
    tree.group("truth").variables[1].shape = {1, 2};
    write_tree(path_, tree);
    expect_refusal("the arrays in \"truth\" do not fit each other");
}

} // namespace
} // namespace exahca
