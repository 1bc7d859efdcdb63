#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/io/atomic_file.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/io/run_lock.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/io/tree_file.hpp"
#include "io/disk.hpp"
#include "io/sample_tree.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <fstream>
#include <functional>
#include <iterator>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exahca {
namespace {

DataGroup numbered_tree(std::int64_t number)
{
    auto tree = sample_tree();
    tree.attributes.emplace_back("number", number);
    return tree;
}

std::int64_t number_of(DataGroup const& tree) { return std::get<std::int64_t>(*tree.find_attribute("number")); }

DataGroup large_tree()
{
    // Values that do not compress: more than a megabyte on the disk.
    std::vector<std::int64_t> noise(200000);
    std::uint64_t state = 1;
    for (auto& value : noise)
        value = static_cast<std::int64_t>(state = state * 6364136223846793005ULL + 1442695040888963407ULL);
    DataGroup tree;
    tree.add({"noise", {"n"}, {std::ssize(noise)}, noise, "1", ""});
    return tree;
}

/// Runs in a child, where limits and users can be changed; its exit status is what `action` returns.
int in_child(std::function<int()> const& action)
{
    auto const child = ::fork();
    if (child == 0) {
        int status = 99;
        try {
            status = action();
        } catch (...) {
        }
        ::_exit(status);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// 4 as the exit status says, when writing fails with this reason.
int write_and_expect(std::string const& path, std::string const& reason)
{
    try {
        write_snapshot(path, large_tree());
    } catch (OutputError const& error) {
        return std::string(error.what()).find(reason) != std::string::npos ? static_cast<int>(error.status()) : 50;
    }
    return 0;
}

class AtomicWrite : public ::testing::Test
{
protected:
    void SetUp() override { write_snapshot(path_, numbered_tree(1)); }
    void expect_old_file_whole() const
    {
        EXPECT_EQ(number_of(read_tree(path_)), 1);
        EXPECT_FALSE(std::filesystem::exists(path_ + ".tmp"));
    }
    TemporaryDirectory directory_;
    std::string path_ = directory_.file("results.h5");
};

TEST(FilesThatBelongTogether, are_all_replaced_or_none)
{
    TemporaryDirectory const directory;
    auto const first = directory.file("a.csv"), second = directory.file("b.csv");
    write_texts_atomically(std::vector<TextFile>{{first, "old a"}, {second, "old b"}});
    int const status = in_child([&] {
        rlimit const limit{1000, 1000}; // the disk has room for the first
        ::setrlimit(RLIMIT_FSIZE, &limit);
        try {
            write_texts_atomically(std::vector<TextFile>{{first, "new a"}, {second, std::string(2000, 'b')}});
        } catch (OutputError const& error) {
            return std::string(error.what()).find("b.csv") != std::string::npos ? 4 : 50;
        }
        return 0;
    });
    EXPECT_EQ(status, 4);
    auto const text_of = [](std::string const& path) {
        std::ifstream file(path);
        return std::string{std::istreambuf_iterator<char>(file), {}};
    };
    EXPECT_EQ(text_of(first), "old a");
    EXPECT_EQ(text_of(second), "old b");
    auto const left =
        std::distance(std::filesystem::directory_iterator(std::filesystem::path(first).parent_path()), {});
    EXPECT_EQ(left, 2) << "nothing temporary stays";
}

TEST_F(AtomicWrite, keeps_the_previous_generation)
{
    EXPECT_FALSE(std::filesystem::exists(path_ + ".prev"));
    for (std::int64_t number = 2; number < 5; ++number) {
        write_snapshot(path_, numbered_tree(number));
        EXPECT_EQ(number_of(read_tree(path_)), number);
        EXPECT_EQ(number_of(read_tree(path_ + ".prev")), number - 1);
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 2);
    }
    write_final(path_, numbered_tree(9));
    EXPECT_EQ(number_of(read_tree(path_)), 9);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1);
}

/// Lets a rename of that number fail.
class FailingRenames final : public io::Disk
{
public:
    explicit FailingRenames(int failing) : left_(failing) {}
    int rename(char const* from, char const* to) override
    {
        if (left_-- == 0) return errno = EIO, -1;
        return Disk::rename(from, to);
    }

private:
    int left_;
};

TEST_F(AtomicWrite, leaves_no_names_of_its_own_behind_whichever_rename_fails)
{
    for (int const failing : {0, 1}) { // to the previous generation's name, and to the file's own
        FailingRenames disk(failing);
        io::DiskScope const scope(disk);
        EXPECT_THROW(write_snapshot(path_, numbered_tree(2)), OutputError);
        expect_old_file_whole();
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()), {}), 1 + failing) << failing;
    }
}

TEST_F(AtomicWrite, replaces_what_a_symbolic_link_points_to)
{
    auto const link = directory_.file("link.h5");
    std::filesystem::create_symlink("results.h5", link);
    write_snapshot(link, numbered_tree(2));
    EXPECT_TRUE(std::filesystem::is_symlink(link));
    EXPECT_EQ(number_of(read_tree(path_)), 2);
}

TEST_F(AtomicWrite, a_file_size_limit_leaves_the_old_file_whole)
{
    EXPECT_EQ(in_child([&] {
                  rlimit const limit{100000, 100000};
                  ::setrlimit(RLIMIT_FSIZE, &limit);
                  return write_and_expect(path_, "File too large");
              }),
              4);
    expect_old_file_whole();
}

TEST_F(AtomicWrite, a_read_only_directory_leaves_the_old_file_whole)
{
    ::chmod(directory_.path().c_str(), 0555);
    EXPECT_EQ(in_child([&] {
                  if (::getuid() == 0 && ::setuid(65534) != 0) return 98;
                  return write_and_expect(path_, "Permission denied");
              }),
              4);
    ::chmod(directory_.path().c_str(), 0755);
    expect_old_file_whole();
}

TEST_F(AtomicWrite, a_removed_directory_is_reported)
{
    auto const gone = directory_.file("gone");
    std::filesystem::create_directory(gone);
    write_snapshot(gone + "/results.h5", numbered_tree(1));
    std::filesystem::remove_all(gone);
    EXPECT_EQ(write_and_expect(gone + "/results.h5", "No such file or directory"), 4);
}

TEST_F(AtomicWrite, something_that_is_no_file_is_not_replaced)
{
    std::filesystem::create_directory(directory_.file("d"));
    EXPECT_EQ(write_and_expect(directory_.file("d"), "not a regular file"), 4);
}

TEST_F(AtomicWrite, a_full_disk_leaves_the_old_file_whole)
{
    // A small file system in a mount namespace of the child's own.
    auto const status = in_child([&] {
        if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
            ::mount("tmpfs", directory_.path().c_str(), "tmpfs", 0, "size=300k") != 0)
            return 77;
        write_snapshot(path_, numbered_tree(1));
        int const first = write_and_expect(path_, "No space left on device");
        return number_of(read_tree(path_)) == 1 && !std::filesystem::exists(path_ + ".tmp") ? first : 60;
    });
    if (status == 77) GTEST_SKIP() << "mounting a small file system is not allowed here";
    EXPECT_EQ(status, 4);
}

TEST_F(AtomicWrite, killed_while_writing_a_whole_generation_remains)
{
    for (int trial = 0; trial < 10; ++trial) {
        auto const child = ::fork();
        if (child == 0)
            for (std::int64_t number = 2;; ++number) write_snapshot(path_, numbered_tree(number));
        ::usleep(static_cast<useconds_t>(3000 + 1700 * trial));
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        EXPECT_NO_THROW((void)read_tree(path_)) << trial;
    }
}

TEST_F(AtomicWrite, the_newest_valid_generation_is_read)
{
    EXPECT_FALSE(read_newest(directory_.file("none.h5")).has_value());
    write_snapshot(path_, numbered_tree(2));
    auto const sound = read_newest(path_);
    EXPECT_EQ(number_of(sound->tree), 2);
    EXPECT_EQ(sound->warning, "");

    auto content = file_content(path_);
    content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
    put_file(path_, content);
    auto const previous = read_newest(path_);
    EXPECT_EQ(number_of(previous->tree), 1);
    EXPECT_NE(previous->warning.find("results.h5 is damaged"), std::string::npos) << previous->warning;
    EXPECT_NE(previous->warning.find("going on from " + path_ + ".prev"), std::string::npos) << previous->warning;

    std::filesystem::remove(path_);
    EXPECT_EQ(number_of(read_newest(path_)->tree), 1);

    put_file(path_, content);
    put_file(path_ + ".prev", "x");
    EXPECT_NE(message_of<InvalidInput>([&] { (void)read_newest(path_); }).find("both generations are damaged"),
              std::string::npos);
    std::filesystem::remove(path_ + ".prev");
    EXPECT_NE(message_of<InvalidInput>([&] { (void)read_newest(path_); }).find("no earlier generation"),
              std::string::npos);
}

TEST_F(AtomicWrite, cut_anywhere_or_with_any_bit_flipped_the_previous_generation_is_read)
{
    write_snapshot(path_, numbered_tree(2));
    auto const whole = file_content(path_);
    auto const expect_previous = [&](std::string const& damaged, std::string const& how) {
        put_file(path_, damaged);
        if (!damaged.empty()) { // without HDF5: the digest alone tells
            EXPECT_NE(verify_digest(path_), DigestOutcome::ok) << how;
            EXPECT_THROW((void)read_tree(path_), InvalidInput) << how;
        }
        auto const newest = read_newest(path_);
        ASSERT_TRUE(newest.has_value()) << how;
        EXPECT_EQ(number_of(newest->tree), 1) << how;
        // It says what is wrong (empty, cut off, damaged) and which file it goes on from.
        EXPECT_TRUE(newest->warning.starts_with(path_ + " is ")) << how << ": " << newest->warning;
        EXPECT_TRUE(newest->warning.ends_with("going on from " + path_ + ".prev")) << how << ": " << newest->warning;
    };
    for (std::size_t part = 0; part < 50; ++part)
        expect_previous(whole.substr(0, whole.size() * part / 50), "cut at " + std::to_string(part) + "/50");
    RandomStream stream({3, "flipped bits", 0, "", 0});
    for (int trial = 0; trial < 1000; ++trial) {
        auto damaged = whole;
        auto const bit = stream.below(whole.size() * 8);
        auto& byte = damaged[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<char>(byte ^ (1 << (bit % 8)));
        expect_previous(damaged, "bit " + std::to_string(bit));
    }
}

TEST_F(AtomicWrite, a_damaged_generation_does_not_push_out_the_sound_one_before_it)
{
    write_snapshot(path_, numbered_tree(2));
    put_file(path_, file_content(path_).substr(1));
    write_snapshot(path_, numbered_tree(3));
    EXPECT_EQ(number_of(read_tree(path_)), 3);
    EXPECT_EQ(number_of(read_tree(path_ + ".prev")), 1);
}

class Lock : public ::testing::Test
{
protected:
    TemporaryDirectory directory_;
    std::string output_ = directory_.file("results.h5");
    std::string lock_ = output_ + ".lock";
};

TEST_F(Lock, a_second_run_is_refused_with_the_first_ones_name)
{
    RunLock const first(output_);
    EXPECT_EQ(first.taken_over(), "");
    auto const message = message_of<UsageError>([&] { RunLock const second(output_); });
    EXPECT_NE(message.find("another run writes " + output_), std::string::npos) << message;
    EXPECT_NE(message.find("process " + std::to_string(::getpid())), std::string::npos) << message;
    EXPECT_NE(message.find("rm " + lock_), std::string::npos) << message;
    EXPECT_EQ(in_child([&] { return message_of<UsageError>([&] { RunLock const second(output_); }).empty() ? 1 : 0; }),
              0);
}

TEST_F(Lock, a_missing_folder_is_said_of_the_results_and_not_of_the_lock)
{
    auto const results = directory_.file("nowhere/results.h5");
    auto const message = message_of<OutputError>([&] { RunLock const lock(results); });
    EXPECT_NE(message.find(results + " cannot be written (its folder does not exist)"), std::string::npos) << message;
    EXPECT_EQ(message.find(".lock"), std::string::npos) << message;
}

TEST_F(Lock, it_goes_with_the_run)
{
    {
        RunLock const first(output_);
    }
    EXPECT_FALSE(std::filesystem::exists(lock_));
    EXPECT_NO_THROW(RunLock const second(output_));
}

TEST_F(Lock, one_left_by_a_killed_process_is_taken_over)
{
    EXPECT_EQ(in_child([&] {
                  new RunLock(output_); // never removed
                  return 0;
              }),
              0);
    ASSERT_TRUE(std::filesystem::exists(lock_));
    RunLock const second(output_);
    EXPECT_NE(second.taken_over().find("process "), std::string::npos);
}

TEST_F(Lock, one_without_an_owner_is_named_with_the_way_to_remove_it)
{
    put_file(lock_, "");
    EXPECT_NE(message_of<UsageError>([&] { RunLock const lock(output_); }).find("rm " + lock_), std::string::npos);
}

/// Writes in small pieces, with interruptions, and looks at a lock before every call.
class LockWatcher final : public io::Disk
{
public:
    explicit LockWatcher(std::string lock) : lock_(std::move(lock)) {}

    ssize_t write(int file, void const* bytes, std::size_t count) override
    {
        look();
        if (++writes_ % 2 == 1) return errno = EINTR, -1;
        return Disk::write(file, bytes, std::min<std::size_t>(count, 20));
    }
    int sync(int file) override
    {
        synced_ = true;
        return look(), Disk::sync(file);
    }
    int close(int file) override { return look(), Disk::close(file); }
    int link(char const* from, char const* to) override { return look(), Disk::link(from, to); }
    int unlink(char const* path) override { return look(), Disk::unlink(path); }

    [[nodiscard]] int sightings() const { return sightings_; }

private:
    void look()
    {
        if (!std::filesystem::exists(lock_)) return;
        ++sightings_;
        EXPECT_TRUE(synced_);
        EXPECT_TRUE(parse_lock(file_content(lock_)).has_value());
    }

    std::string lock_;
    int writes_ = 0;
    int sightings_ = 0;
    bool synced_ = false;
};

// A loss of power between its creation and its text would leave one without owner, which keeps every later run away.
TEST_F(Lock, it_appears_with_its_owner)
{
    LockWatcher disk(lock_);
    io::DiskScope const scope(disk);
    {
        RunLock const lock(output_);
        EXPECT_EQ(lock.taken_over(), "");
    }
    EXPECT_GT(disk.sightings(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

/// Links fail with this error.
class DiskWithoutLinks final : public io::Disk
{
public:
    explicit DiskWithoutLinks(int error) : error_(error) {}
    int link(char const*, char const*) override { return errno = error_, -1; }

private:
    int error_;
};

TEST_F(Lock, a_file_system_may_have_no_links)
{
    DiskWithoutLinks disk(EPERM);
    io::DiskScope const scope(disk);
    RunLock const first(output_);
    EXPECT_NE(message_of<UsageError>([&] { RunLock const second(output_); }), "");
}

TEST_F(Lock, where_its_link_fails_there_is_none)
{
    DiskWithoutLinks disk(EIO);
    io::DiskScope const scope(disk);
    EXPECT_THROW(RunLock const lock(output_), OutputError);
    EXPECT_TRUE(std::filesystem::is_empty(directory_.path()));
}

// In a container process 1 may be one that asks for nobody's status: what has ended stays as a zombie.
TEST_F(Lock, a_process_that_ended_is_gone_though_nobody_asked_for_its_status)
{
    std::array<int, 2> pipe_ends{};
    ASSERT_EQ(pipe(pipe_ends.data()), 0);
    pid_t const child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto const text = lock_text(LockHolder::current());
        auto const written = write(pipe_ends[1], text.data(), text.size());
        close(pipe_ends[1]);
        if (written == static_cast<ssize_t>(text.size())) pause();
        _exit(1);
    }
    close(pipe_ends[1]);
    std::string text(4096, '\0');
    std::size_t size = 0;
    for (ssize_t got = 1; got > 0; size += static_cast<std::size_t>(std::max<ssize_t>(got, 0)))
        got = read(pipe_ends[0], text.data() + size, text.size() - size);
    close(pipe_ends[0]);
    auto const holder = parse_lock(text.substr(0, size));
    auto const self = LockHolder::current();
    bool const alive = holder && !is_stale(*holder, self);
    kill(child, SIGKILL);
    siginfo_t ended{};
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
    bool const gone = holder && is_stale(*holder, self);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(alive);
    EXPECT_TRUE(gone);
}

TEST_F(Lock, only_what_is_certainly_gone_is_stale)
{
    auto const self = LockHolder::current();
    auto const read_back = parse_lock(lock_text(self));
    ASSERT_TRUE(read_back.has_value());
    EXPECT_EQ(lock_text(*read_back), lock_text(self));
    EXPECT_FALSE(is_stale(self, self));

    auto other = self;
    other.pid = 1; // alive, and started at another time than it says
    EXPECT_TRUE(is_stale(other, self));
    other = self;
    other.pid = 1 << 22; // above the largest pid of Linux
    other.process_started = "1";
    EXPECT_TRUE(is_stale(other, self));
    auto elsewhere = other;
    elsewhere.host = "another-host";
    EXPECT_FALSE(is_stale(elsewhere, self));
    auto container = other;
    container.pid_namespace = "pid:[1]";
    EXPECT_FALSE(is_stale(container, self));
    auto booted = other;
    booted.boot = "earlier";
    booted.machine = "m";
    auto asking = self;
    asking.machine = "m";
    EXPECT_TRUE(is_stale(booted, asking));

    auto requeued = elsewhere;
    requeued.job = asking.job = "slurm 5";
    requeued.restart = 0;
    asking.restart = 1;
    EXPECT_TRUE(is_stale(requeued, asking));
    asking.restart = 0;
    EXPECT_FALSE(is_stale(requeued, asking));
    EXPECT_FALSE(parse_lock("something else").has_value());
}

TEST_F(Lock, a_directory_that_cannot_be_written_to)
{
    EXPECT_THROW(RunLock const lock(directory_.file("no/such/results.h5")), OutputError);
}

} // namespace
} // namespace exahca
