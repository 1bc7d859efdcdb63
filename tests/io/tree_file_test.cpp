#include "exahca/core/error.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/io/tree_file.hpp"
#include "io/sample_tree.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <ctime>
#include <hdf5.h>

namespace exahca {
namespace {

bool equal_bits(Values const& a, Values const& b)
{
    if (a.index() != b.index()) return false;
    if (auto const* x = std::get_if<std::vector<double>>(&a)) {
        auto const& y = std::get<std::vector<double>>(b);
        return x->size() == y.size() &&
               (x->empty() || std::memcmp(x->data(), y.data(), x->size() * sizeof(double)) == 0);
    }
    return a == b;
}

void expect_equal(DataGroup const& a, DataGroup const& b, std::string const& place)
{
    EXPECT_EQ(a.attributes, b.attributes) << place;
    ASSERT_EQ(a.variables.size(), b.variables.size()) << place;
    for (std::size_t i = 0; i < a.variables.size(); ++i) {
        auto const &x = a.variables[i], &y = b.variables[i];
        EXPECT_EQ(x.name, y.name);
        EXPECT_EQ(x.dims, y.dims) << x.name;
        EXPECT_EQ(x.shape, y.shape) << x.name;
        EXPECT_EQ(x.units, y.units) << x.name;
        EXPECT_EQ(x.description, y.description) << x.name;
        EXPECT_TRUE(equal_bits(x.values, y.values)) << x.name;
    }
    ASSERT_EQ(a.groups.size(), b.groups.size()) << place;
    for (std::size_t i = 0; i < a.groups.size(); ++i) {
        EXPECT_EQ(a.groups[i].name, b.groups[i].name);
        expect_equal(a.groups[i].group, b.groups[i].group, place + "/" + a.groups[i].name);
    }
}

TEST(TreeFile, reads_back_what_was_written_in_the_same_order)
{
    TemporaryDirectory const directory;
    auto tree = sample_tree();
    write_tree(directory.file("a.h5"), tree);
    // Empty integers take the narrower type (docs/file_format.md).
    tree.group("failures").variables.front().values = std::vector<std::int32_t>{};
    expect_equal(tree, read_tree(directory.file("a.h5")), "");
}

TEST(TreeFile, equal_trees_give_equal_bytes_within_one_second)
{
    TemporaryDirectory const directory;
    std::time_t before = 0, after = 0;
    do { // HDF5 stores in which second the root group was made
        before = std::time(nullptr);
        write_tree(directory.file("a.h5"), sample_tree());
        write_tree(directory.file("b.h5"), sample_tree());
        after = std::time(nullptr);
    } while (before != after);
    EXPECT_EQ(file_content(directory.file("a.h5")), file_content(directory.file("b.h5")));
}

TEST(TreeFile, hdf5_itself_opens_it_behind_the_trailer_and_numbers_are_filtered)
{
    TemporaryDirectory const directory;
    write_tree(directory.file("a.h5"), sample_tree());
    auto const file = ::H5Fopen(directory.file("a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    ASSERT_GE(file, 0);
    auto const dataset = ::H5Dopen2(file, "estimate/published/unmixing", H5P_DEFAULT);
    auto const properties = ::H5Dget_create_plist(dataset);
    EXPECT_EQ(::H5Pget_nfilters(properties), 3);
    ::H5Pclose(properties);
    ::H5Dclose(dataset);
    ::H5Fclose(file);
}

// Equal values compress to almost nothing: the size of a file tells what was compressed.
TEST(TreeFile, quick_packing_compresses_only_what_is_mostly_missing)
{
    TemporaryDirectory const directory;
    constexpr std::int64_t count = 20000;
    for (double const missing : {0.4, 0.6}) {
        std::vector<double> values(count, 1.5);
        std::fill_n(values.begin(), static_cast<std::int64_t>(missing * count), std::nan(""));
        DataGroup root;
        root.add({"x", {"row"}, {count}, values, "1", ""});
        root.add({"n", {"row"}, {count}, std::vector<std::int32_t>(count, 7), "1", ""});
        write_tree(directory.file("compact.h5"), root);
        write_tree(directory.file("quick.h5"), root, PreviousFile::discard, Packing::quick);
        EXPECT_LT(std::filesystem::file_size(directory.file("compact.h5")), 20000U);
        if (missing < 0.5)
            EXPECT_GT(std::filesystem::file_size(directory.file("quick.h5")), 8U * count);
        else
            EXPECT_EQ(std::filesystem::file_size(directory.file("quick.h5")),
                      std::filesystem::file_size(directory.file("compact.h5")));
        expect_equal(root, read_tree(directory.file("quick.h5")), "");
    }
}

TEST(TreeFile, large_arrays_and_many_users_of_one_dimension)
{
    TemporaryDirectory const directory;
    DataGroup root;
    std::int64_t const count = 300000;
    std::vector<double> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<double>(i % 1000) / 7;
    root.add({"x", {"row"}, {count}, values, "1", "long"});
    // More users than fit into an attribute of 64 kB.
    for (int i = 0; i < 5000; ++i)
        root.group("many").add({"v" + std::to_string(i), {"column"}, {1}, std::vector<std::int8_t>{1}, "1", ""});
    write_tree(directory.file("a.h5"), root);
    auto const read = read_tree(directory.file("a.h5"));
    EXPECT_EQ(read.doubles("x"), values);
    EXPECT_EQ(read.find("many/v4999")->dims, (std::vector<std::string>{"column"}));
}

TEST(TreeFile, trees_that_cannot_be_stored_are_bugs_of_the_caller)
{
    TemporaryDirectory const directory;
    auto const refuses = [&](DataGroup const& tree) {
        EXPECT_THROW(write_tree(directory.file("a.h5"), tree), std::logic_error);
        EXPECT_FALSE(std::filesystem::exists(directory.file("a.h5")));
    };
    DataGroup slash;
    slash.group("a/b");
    refuses(slash);
    DataGroup clash;
    clash.add({"x", {"n"}, {2}, std::vector<double>{1, 2}, "1", ""});
    clash.add({"n", {}, {}, std::vector<double>{1}, "1", ""});
    refuses(clash);
    DataGroup lengths;
    lengths.add({"x", {"n"}, {2}, std::vector<double>{1, 2}, "1", ""});
    lengths.add({"y", {"n"}, {1}, std::vector<double>{1}, "1", ""});
    refuses(lengths);
}

TEST(Digest, tells_ok_missing_mismatch_and_truncated)
{
    TemporaryDirectory const directory;
    auto const path = directory.file("a.h5");
    write_tree(path, sample_tree());
    auto const whole = file_content(path);
    EXPECT_EQ(verify_digest(path), DigestOutcome::ok);

    for (std::size_t place = 0; place < whole.size(); place += 97) {
        auto damaged = whole;
        damaged[place] = static_cast<char>(damaged[place] ^ 4);
        put_file(path, damaged);
        EXPECT_EQ(verify_digest(path), DigestOutcome::mismatch) << place;
        EXPECT_THROW((void)read_tree(path), InvalidInput) << place;
    }
    std::size_t const trailer = 40;
    for (std::size_t place = whole.size() - trailer; place < whole.size(); ++place) {
        auto damaged = whole;
        damaged[place] = static_cast<char>(damaged[place] ^ 1);
        put_file(path, damaged);
        EXPECT_EQ(verify_digest(path), DigestOutcome::mismatch) << place;
    }
    for (std::size_t part = 1; part < 50; ++part) {
        put_file(path, whole.substr(0, whole.size() * part / 50));
        EXPECT_NE(message_of<InvalidInput>([&] { (void)read_tree(path); }).find(path), std::string::npos) << part;
        EXPECT_EQ(verify_digest(path), DigestOutcome::truncated) << part;
    }
    put_file(path, whole.substr(0, whole.size() - trailer));
    EXPECT_EQ(verify_digest(path), DigestOutcome::missing);
    EXPECT_NO_THROW((void)read_tree(path, TrailerPolicy::optional));
    EXPECT_THROW((void)read_tree(path), InvalidInput);
}

TEST(FileKind, known_major_versions_open_with_any_minor_one_and_others_are_refused_with_the_reason)
{
    auto const tree = sample_tree(); // format 1.2
    auto const check = [&](FormatVersion newest, std::int64_t oldest) {
        return message_of<InvalidInput>([&] { check_file_kind(tree, "a.h5", "sample", newest, oldest); });
    };
    for (std::int64_t const minor : {0, 2, 9}) {
        EXPECT_EQ(check({1, minor}, 1), "");
        EXPECT_EQ(check({3, minor}, 1), "");
    }
    EXPECT_EQ(check({0, 9}, 0),
              "a.h5 has format 1.2 (exahca " + std::string(version()) + " reads format 0.x): use a newer exahca");
    EXPECT_EQ(check({3, 0}, 2), "a.h5 has format 1.2 (exahca " + std::string(version()) +
                                    " reads format 2.x to 3.x): make the file again with this exahca");
    auto const other = message_of<InvalidInput>([&] { check_file_kind(tree, "a.h5", "scores", {1, 0}, 1); });
    EXPECT_NE(other.find("\"sample\", not \"scores\""), std::string::npos) << other;
    EXPECT_THROW(check_file_kind(DataGroup{}, "a.h5", "scores", {1, 0}, 1), InvalidInput);
}

} // namespace
} // namespace exahca
